#include "models/arrival/trace.h"

#include <fmt/format.h>

#include <functional>
#include <unordered_map>

#include "models/arrival/csv_rows.h"
#include "models/arrival/decimal_time.h"

namespace lambdasim::models {
namespace {

using core::Duration;
using core::FunctionId;
using core::SimTime;
using engine::Arrival;

struct HashText {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};

class TraceSource final : public engine::ArrivalSource {
 public:
  TraceSource(const TraceFormat& format, std::uint32_t stream, std::uint64_t stream_key)
      : format_(format), rows_(format.path), stream_key_(stream_key) {
    pending_.stream = stream;
    if (format_.function) {
      for (std::size_t i = 0; i < format_.function_names.size(); ++i) {
        functions_.emplace(format_.function_names[i], FunctionId{static_cast<std::uint32_t>(i)});
      }
    }
    pending_.function = format_.only_function;
    more_ = read_row();
  }

  SimTime append(SimTime until, std::size_t at_most, std::vector<Arrival>& out) override {
    for (std::size_t i = 0; i < at_most && more_ && pending_.time < until; ++i) {
      out.push_back(pending_);
      ++pending_.number;
      more_ = read_row();
    }
    return more_ && pending_.time < until ? pending_.time : until;
  }

  std::uint64_t stream_key() const override { return stream_key_; }

 private:
  bool read_row() {
    if (!rows_.next()) {
      return false;
    }
    const SimTime time{read_time(format_.arrival, "an arrival time")};
    if (time < pending_.time) {
      rows_.fail(format_.arrival.index,
                 fmt::format("arrivals must be sorted by time; this one comes {} ns before the row "
                             "above it",
                             (pending_.time - time).count()));
    }
    pending_.time = time;
    if (format_.duration) {
      pending_.recorded = read_time(*format_.duration, "a duration");
    }
    if (format_.function) {
      read_function(*format_.function);
    }
    return true;
  }

  Duration read_time(const TimeColumn& column, const char* what) const {
    const std::string_view text = rows_.field(column.index);
    const std::optional<Duration> time = parse_decimal_time(text, column.digits);
    if (!time) {
      rows_.fail(column.index, fmt::format("{} must be a number, got '{}'", what, text));
    }
    if (*time < Duration{0}) {
      rows_.fail(column.index, fmt::format("{} must not be negative, got {}", what, text));
    }
    return *time;
  }

  void read_function(std::size_t column) {
    const std::string_view name = rows_.field(column);
    if (pending_.number > 0 && name == format_.function_names[pending_.function.value]) {
      return;
    }
    const auto found = functions_.find(name);
    if (found == functions_.end()) {
      const auto guess = config::did_you_mean(name, format_.function_names);
      rows_.fail(column, fmt::format("unknown function '{}'{}", name,
                                     guess ? fmt::format("; did you mean '{}'?", *guess) : ""));
    }
    pending_.function = found->second;
  }

  TraceFormat format_;
  CsvRows rows_;
  std::uint64_t stream_key_;
  std::unordered_map<std::string, FunctionId, HashText, std::equal_to<>> functions_;
  Arrival pending_{};
  bool more_ = false;
};

}  // namespace

Trace::Trace(TraceFormat format, std::uint64_t stream_key)
    : format_(std::move(format)), stream_key_(stream_key) {}

std::unique_ptr<engine::ArrivalSource> Trace::start(engine::RunKey, std::uint32_t stream) const {
  return std::make_unique<TraceSource>(format_, stream, stream_key_);
}

}  // namespace lambdasim::models
