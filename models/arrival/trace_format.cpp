// Finds the columns of a trace from the parameters and the header of the file.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "models/arrival/csv_rows.h"
#include "models/arrival/trace.h"

namespace lambdasim::models {
namespace {

struct Unit {
  std::string_view name;
  std::string_view suffix;
  int digits;
};

constexpr std::array<Unit, 4> kUnits{
    {{"s", "_s", 9}, {"ms", "_ms", 6}, {"us", "_us", 3}, {"ns", "_ns", 0}}};

constexpr std::array<Parameter, 5> kParameters{{
    {"file", "CSV file with a header, plain or gzip; relative to the scenario's folder", "",
     "no default: it is the workload"},
    {"arrival", "column of arrival times, counted from the start of the run", "the first column",
     "a convention"},
    {"duration", "column of recorded durations, for steps that say `recorded`",
     "the first column whose name begins with 'duration', if any", "a convention"},
    {"function", "column of function names, in place of `invoke`",
     "the column named 'function', if the workload has no `invoke`", "a convention"},
    {"unit", "unit (s, ms, us or ns) of columns whose names do not end in _s, _ms, _us or _ns", "s",
     "a convention"},
}};

int digits_of_column(std::string_view name, int default_digits) {
  for (const Unit& unit : kUnits) {
    if (name.ends_with(unit.suffix)) {
      return unit.digits;
    }
  }
  return default_digits;
}

class FormatReader {
 public:
  FormatReader(config::ObjectReader& parameters, const std::vector<std::string>& header,
               int default_digits)
      : parameters_(parameters), header_(header), default_digits_(default_digits) {}

  /// The index of the column that `key` names; reports one that is not there.
  std::optional<std::size_t> named(std::string_view key) {
    const std::string name = parameters_.text(key);
    const auto found = std::find(header_.begin(), header_.end(), name);
    if (found == header_.end()) {
      const auto guess = config::did_you_mean(name, header_);
      parameters_.report(key,
                         fmt::format("the trace has no column '{}'; its columns are {}{}", name,
                                     fmt::join(header_, ", "),
                                     guess ? fmt::format("; did you mean '{}'?", *guess) : ""));
      return std::nullopt;
    }
    return static_cast<std::size_t>(found - header_.begin());
  }

  TimeColumn time_column(std::size_t index) const {
    return {index, digits_of_column(header_[index], default_digits_)};
  }

  TimeColumn arrival() {
    return time_column(parameters_.has("arrival") ? named("arrival").value_or(0) : 0);
  }

  std::optional<TimeColumn> duration() {
    std::optional<std::size_t> index;
    if (parameters_.has("duration")) {
      index = named("duration");
    } else {
      const auto found = std::find_if(header_.begin(), header_.end(), [](const std::string& name) {
        return name.starts_with("duration");
      });
      if (found != header_.end()) {
        index = static_cast<std::size_t>(found - header_.begin());
      }
    }
    return index ? std::optional{time_column(*index)} : std::nullopt;
  }

  std::optional<std::size_t> function(bool invoked_by_name) {
    if (parameters_.has("function")) {
      if (invoked_by_name) {
        parameters_.text("function");
        parameters_.report("function", "the workload already names its function in `invoke`");
        return std::nullopt;
      }
      return named("function");
    }
    const auto found = std::find(header_.begin(), header_.end(), "function");
    if (invoked_by_name || found != header_.end()) {
      return invoked_by_name ? std::nullopt
                             : std::optional{static_cast<std::size_t>(found - header_.begin())};
    }
    parameters_.report(
        "file", fmt::format("the trace has no column 'function' and the workload no `invoke`; its "
                            "columns are {}",
                            fmt::join(header_, ", ")));
    return std::nullopt;
  }

 private:
  config::ObjectReader& parameters_;
  const std::vector<std::string>& header_;
  int default_digits_;
};

std::string path_from(const std::string& folder, const std::string& file) {
  const std::filesystem::path path{file};
  return path.is_absolute() || folder.empty() ? file
                                              : (std::filesystem::path{folder} / path).string();
}

std::optional<std::vector<std::string>> read_header(config::ObjectReader& parameters,
                                                    const std::string& path) {
  try {
    return CsvRows{path}.header();
  } catch (const config::NoInput& error) {
    parameters.report_no_input("file", error.what());
  } catch (const config::InvalidInput& error) {
    parameters.report("file", to_string(error.diagnostics().front()));
  }
  return std::nullopt;
}

}  // namespace

const About kTraceAbout{
    "trace", "replay of a recorded trace",
    "Each row of a CSV file is one call at the time it says, counted from the start of the run; "
    "rows "
    "are sorted by time. A duration that the row records is what steps with `recorded` take. Rows "
    "at or after the end of the run are left out.",
    "the user's measurements", kParameters};

std::shared_ptr<const engine::ArrivalProcess> read_trace(config::ObjectReader& parameters,
                                                         const ArrivalContext& context) {
  const std::string file = parameters.text("file");
  const std::size_t unit = parameters.choice(
      "unit", {kUnits[0].name, kUnits[1].name, kUnits[2].name, kUnits[3].name}, 0);
  for (const std::string_view key : {"arrival", "duration", "function"}) {
    if (parameters.has(key)) {
      parameters.text(key);
    }
  }
  if (file.empty()) {
    return nullptr;
  }
  TraceFormat format;
  format.path = path_from(context.folder, file);
  const auto header = read_header(parameters, format.path);
  if (!header) {
    return nullptr;
  }
  FormatReader reader{parameters, *header, kUnits[unit].digits};
  format.arrival = reader.arrival();
  format.duration = reader.duration();
  format.function = reader.function(context.function.has_value());
  format.only_function = context.function.value_or(core::FunctionId{});
  format.function_names = context.function_names;
  return std::make_shared<const Trace>(std::move(format), context.stream_key);
}

}  // namespace lambdasim::models
