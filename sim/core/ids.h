// Strong ids: an index into one particular table, which cannot be used as an index into another.
#pragma once

#include <compare>
#include <cstdint>

namespace lambdasim::core {

template <class Tag>
struct Id {
  std::uint32_t value = 0;
  constexpr auto operator<=>(const Id&) const = default;
};

using FunctionId = Id<struct FunctionTag>;
using DesignId = Id<struct DesignTag>;
using ResourceId = Id<struct ResourceTag>;
using BackendId = Id<struct BackendTag>;
using FileId = Id<struct FileTag>;
/// Number of an execution context within one run, in order of creation.
using ContextId = Id<struct ContextTag>;

}  // namespace lambdasim::core
