#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>

#include "models/lifecycle/runtimes.h"
#include "sim/app/calibrate.h"
#include "sim/app/commands.h"
#include "sim/app/exit_codes.h"
#include "sim/app/text.h"
#include "sim/calibrate/log_file.h"
#include "sim/calibrate/scenario_yaml.h"
#include "sim/config/reader.h"
#include "sim/io/errors.h"
#include "sim/io/partial_file.h"

namespace lambdasim::app {
namespace {

namespace fs = std::filesystem;
using calibrate::Calibration;
using calibrate::FunctionLog;
using calibrate::ReadCounts;

/// A folder that is gone with its object.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = (fs::temp_directory_path() / "lambdasim-fit-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
      throw io::CannotCreate("cannot make a folder in " + fs::temp_directory_path().string());
    }
    path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

void check_options(const CalibrateOptions& options) {
  if (!options.check && (options.within || !options.scenario.empty())) {
    throw UsageError("--within and --scenario belong to --check");
  }
  if (options.within && !(*options.within >= 0)) {
    throw UsageError(fmt::format("--within takes percent, got {}", *options.within));
  }
  if (!options.scenario.empty() && (!options.output.empty() || !options.trace.empty())) {
    throw UsageError("--scenario names what is checked: nothing is written beside it");
  }
  for (const std::string& log : options.logs) {
    for (const std::string& written : {options.output, options.trace}) {
      if (!written.empty() && io::would_overwrite(written, log)) {
        throw UsageError(fmt::format("{} would overwrite a log that is read", written));
      }
    }
  }
  if (!options.output.empty() && options.output == options.trace) {
    throw UsageError("-o and --trace name the same file");
  }
  const std::vector<std::string> runtimes = models::runtime_names();
  if (!options.runtime.empty() &&
      std::find(runtimes.begin(), runtimes.end(), options.runtime) == runtimes.end()) {
    throw UsageError(fmt::format("no init durations of runtime '{}' are known{}", options.runtime,
                                 config::suggestion(options.runtime, runtimes)));
  }
}

std::vector<FunctionLog> read_logs(const CalibrateOptions& options, ReadCounts& counts) {
  calibrate::Observations observations;
  for (const std::string& log : options.logs) {
    observations.begin_file();
    calibrate::read_log(
        log, options.skip_bad,
        [&observations](const calibrate::LogEvent& event) { observations.add(event); }, counts);
  }
  return observations.finish();
}

/// Those that are asked for. A name that no log group has names the one function without.
std::vector<FunctionLog> chosen(std::vector<FunctionLog> logs, const CalibrateOptions& options) {
  if (logs.empty()) {
    calibrate::fail_in(options.logs.front(), 0,
                       "no REPORT line; is it the log of a Lambda function?");
  }
  const bool is_unnamed = logs.size() == 1 && logs.front().name.empty();
  if (options.function.empty() || is_unnamed) {
    return logs;
  }
  std::vector<std::string> names;
  for (FunctionLog& log : logs) {
    if (log.name == options.function) {
      return {std::move(log)};
    }
    names.push_back(log.name);
  }
  throw UsageError(fmt::format("no log group of function '{}'{}; there are: {}", options.function,
                               config::suggestion(options.function, names),
                               fmt::join(names, ", ")));
}

std::vector<Calibration> calibrations(const CalibrateOptions& options, ReadCounts& counts) {
  std::vector<calibrate::TuningPoint> tuning;
  if (!options.power_tuning.empty()) {
    tuning = calibrate::read_power_tuning(options.power_tuning);
  }
  std::vector<FunctionLog> logs = chosen(read_logs(options, counts), options);
  if (logs.size() > 1 && !tuning.empty()) {
    throw UsageError("--power-tuning is of one function: name it with --function");
  }
  std::vector<Calibration> found;
  for (FunctionLog& log : logs) {
    const std::string name = log.name.empty() ? options.function : "";
    found.push_back(calibrate::calibrate(std::move(log), name, tuning));
  }
  return found;
}

void tell_skipped(const ReadCounts& counts) {
  if (counts.bad == 0) {
    return;
  }
  for (const config::Diagnostic& diagnostic : counts.first_bad) {
    tell(fmt::format("warning: skipped {}\n", config::to_string(diagnostic)));
  }
  tell(fmt::format("warning: {} of {} lines of the platform could not be read and were skipped\n",
                   format_count(counts.bad), format_count(counts.bad + counts.events)));
}

/// The trace as the scenario finds it: from the folder of the scenario.
std::string trace_from(const std::string& trace, const fs::path& scenario) {
  return fs::proximate(fs::absolute(trace), fs::absolute(scenario).parent_path()).string();
}

void write_scenario(const std::vector<Calibration>& found, const CalibrateOptions& options,
                    const std::string& file) {
  calibrate::ScenarioOptions written{options.logs, "", options.runtime};
  if (!options.trace.empty()) {
    written.trace = trace_from(options.trace, file);
  }
  const std::string yaml = calibrate::scenario_yaml(found, written);
  io::write_text_file(file, [&yaml](std::ostream& out) { out << yaml; });
}

void write_trace(const std::vector<Calibration>& found, const CalibrateOptions& options) {
  if (options.trace.empty()) {
    return;
  }
  for (const Calibration& function : found) {
    if (!function.rate) {
      calibrate::fail_in(options.logs.front(), 0,
                         "its lines have no times: no trace can be written");
    }
  }
  io::write_text_file(options.trace,
                      [&found](std::ostream& out) { calibrate::write_trace(found, out); });
}

int check(const std::vector<Calibration>& found, const CalibrateOptions& options) {
  std::optional<ScratchFolder> scratch;
  std::string file = options.scenario.empty() ? options.output : options.scenario;
  if (file.empty()) {
    file = (scratch.emplace().path() / "fitted.yaml").string();
    write_scenario(found, options, file);
  }
  const Scenario scenario = read_scenario(file);
  bool is_off = false;
  nlohmann::json all = nlohmann::json::array();
  for (const Calibration& function : found) {
    const CheckResult result = check_against(function, scenario);
    is_off = is_off || (options.within && !result.beyond(*options.within).empty());
    if (options.json) {
      all.push_back(nlohmann::json::parse(check_json(result, options.within)));
    } else {
      print(check_text(result, options.within) + "\n");
    }
  }
  if (options.json) {
    print(all.dump(2) + "\n");
  }
  return is_off ? kExitDiffers : kExitOk;
}

void show(const std::vector<Calibration>& found, const CalibrateOptions& options,
          const ReadCounts& counts) {
  if (options.json) {
    print(calibration_json(found, counts));
    return;
  }
  for (const Calibration& function : found) {
    print(calibration_text(function) + "\n");
  }
  for (const std::string& file : {options.output, options.trace}) {
    if (!file.empty()) {
      print(fmt::format("wrote {}\n", file));
    }
  }
  if (!options.output.empty()) {
    print(fmt::format("next: lambdasim run {}\n", options.output));
  }
}

}  // namespace

int calibrate_command(const CalibrateOptions& options) {
  check_options(options);
  ReadCounts counts;
  const std::vector<Calibration> found = calibrations(options, counts);
  if (!options.quiet) {
    tell_skipped(counts);
  }
  write_trace(found, options);
  if (!options.output.empty()) {
    write_scenario(found, options, options.output);
  }
  if (options.check) {
    return check(found, options);
  }
  show(found, options, counts);
  return kExitOk;
}

}  // namespace lambdasim::app
