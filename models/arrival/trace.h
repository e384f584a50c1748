// Replay of a recorded trace: a CSV file, plain or gzip, with one row a call.
//
// The file is streamed anew in every run, in constant memory; its rows must be sorted by time. What
// can be known from the header is checked when the scenario is read, the rows when they are
// reached.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/catalogue.h"

namespace lambdasim::models {

/// A column of times: its place in a row and the decimal digits from its unit to the nanosecond.
struct TimeColumn {
  std::size_t index = 0;
  int digits = 9;
};

/// What to read from which column.
struct TraceFormat {
  std::string path;
  TimeColumn arrival;
  std::optional<TimeColumn> duration;
  std::optional<std::size_t> function;  ///< none: every row calls `only_function`
  core::FunctionId only_function;
  std::vector<std::string> function_names;  ///< by FunctionId
};

class Trace final : public engine::ArrivalProcess {
 public:
  Trace(TraceFormat format, std::uint64_t stream_key);

  /// Opens the file. Its append() throws config::InvalidInput with the place of a row that is not
  /// sorted, not a number, negative, or calls an unknown function, and of a damaged file.
  std::unique_ptr<engine::ArrivalSource> start(engine::RunKey key,
                                               std::uint32_t stream) const override;
  bool records_durations() const override { return format_.duration.has_value(); }
  std::string file() const override { return format_.path; }

 private:
  TraceFormat format_;
  std::uint64_t stream_key_;
};

extern const About kTraceAbout;
std::shared_ptr<const engine::ArrivalProcess> read_trace(config::ObjectReader& parameters,
                                                         const ArrivalContext& context);

}  // namespace lambdasim::models
