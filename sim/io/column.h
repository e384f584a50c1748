// What a table of the file looks like: its columns, declared once, with how a row fills them.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "sim/core/ids.h"
#include "sim/core/time.h"

namespace lambdasim::io {

enum class ColumnType : std::uint8_t { kU8, kU32, kU64, kI32, kI64, kF64, kText };

std::size_t size_of(ColumnType type);

struct ColumnSpec {
  std::string_view name;
  ColumnType type;
  std::string_view unit;
  std::string_view long_name;
  /// What the codes of the column mean, from 0 on; empty for a quantity.
  std::vector<std::string_view> meanings = {};
};

/// A column whose values are made from rows of type Row in a context (what all rows of a task
/// share).
template <class Row, class Context>
struct Column {
  ColumnSpec spec;
  /// Fills `count` values; `out` is an array of the column's type (std::string for kText).
  void (*fill)(const Row* rows, std::size_t count, const Context& context, void* out);
};

template <class T>
constexpr auto plain(const T& value) {
  if constexpr (std::is_same_v<T, core::Duration>) {
    return std::int64_t{value.count()};
  } else if constexpr (std::is_same_v<T, core::SimTime>) {
    return core::nanoseconds_of(value);
  } else if constexpr (std::is_enum_v<T>) {
    return static_cast<std::uint8_t>(value);
  } else if constexpr (requires { value.value; }) {
    return std::uint32_t{value.value};
  } else {
    return value;
  }
}

template <class T>
constexpr ColumnType type_of() {
  if constexpr (std::is_same_v<T, std::uint8_t>) {
    return ColumnType::kU8;
  } else if constexpr (std::is_same_v<T, std::uint32_t>) {
    return ColumnType::kU32;
  } else if constexpr (std::is_same_v<T, std::uint64_t>) {
    return ColumnType::kU64;
  } else if constexpr (std::is_same_v<T, std::int32_t>) {
    return ColumnType::kI32;
  } else if constexpr (std::is_same_v<T, std::int64_t>) {
    return ColumnType::kI64;
  } else if constexpr (std::is_same_v<T, double>) {
    return ColumnType::kF64;
  } else {
    static_assert(std::is_same_v<T, std::string>, "no column holds values of this type");
    return ColumnType::kText;
  }
}

/// A column computed by `value(row, context)`; the type of what that returns is the column's.
template <class Row, class Context, class Value>
Column<Row, Context> computed(std::string_view name, std::string_view unit,
                              std::string_view long_name, Value,
                              std::vector<std::string_view> meanings = {}) {
  using Result = std::remove_cvref_t<decltype(plain(
      Value{}(std::declval<const Row&>(), std::declval<const Context&>())))>;
  return {{name, type_of<Result>(), unit, long_name, std::move(meanings)},
          [](const Row* rows, std::size_t count, const Context& context, void* out) {
            auto* values = static_cast<Result*>(out);
            for (std::size_t i = 0; i < count; ++i) {
              values[i] = plain(Value{}(rows[i], context));
            }
          }};
}

}  // namespace lambdasim::io
