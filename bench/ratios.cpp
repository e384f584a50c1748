// The table of speeds: million invocations a second and the ratio to the floor, measured in turn in
// one run so that the machine's mood hits both alike. Medians of several rounds.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "bench/floor.h"
#include "bench/workload.h"
#include "sim/app/recorders.h"
#include "sim/engine/engine.h"
#include "sim/engine/recorders/summary.h"

namespace lambdasim::bench {
namespace {

constexpr int kRounds = 5;
constexpr std::uint64_t kInvocations = 5'000'000;

double seconds_of(const std::function<void()>& work) {
  const auto began = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// With histograms as fine as the program has them for so many functions.
void run_summary_only(const engine::Setup& setup) {
  const int bits = setup.functions.size() > 1000 ? 5 : 9;
  engine::SummaryRecorder recorder(setup.functions.size(), setup.warm_up, setup.horizon, bits);
  engine::Progress progress;
  engine::simulate(setup, {}, recorder, progress);
}

void run_recorded(const engine::Setup& setup, const std::string& path, int compression) {
  io::FileHeader header;
  header.title = "benchmark";
  header.designs = {{"base", ""}};
  header.rates = {std::vector<io::CostRates>(setup.functions.size(), {2e-7, 2.9e-8})};
  io::ResultFile file(path, header, {.compression = compression});
  app::OutputSettings output;
  output.timeline_bins = 0;
  io::TaskRows rows = file.begin_task(0, 0, 0);
  const app::Design design;
  app::WorkflowTotals workflows(design, header.rates.front());
  app::AllRecorders recorders(setup, output, 9, workflows, rows);
  engine::Progress progress;
  engine::simulate(setup, {}, recorders, progress);
  rows.end();
  file.finish();
}

struct Line {
  std::string what;
  std::function<void()> work;
  std::function<void()> floor;
  double at_least;
};

void print_line(const Line& line) {
  std::vector<double> speeds;
  std::vector<double> ratios;
  for (int round = 0; round < kRounds; ++round) {
    const double floor = line.floor ? seconds_of(line.floor) : 0;
    const double spent = seconds_of(line.work);
    speeds.push_back(static_cast<double>(kInvocations) / spent / 1e6);
    ratios.push_back(floor / spent);
  }
  fmt::print("{:<58} {:>7.1f} {:>9} {:>10.0f}\n", line.what, median(speeds),
             line.floor ? fmt::format("{:.0f} %", 100 * median(ratios)) : "", line.at_least);
}

}  // namespace
}  // namespace lambdasim::bench

int main() {
  using namespace lambdasim::bench;
  const std::string path = (std::filesystem::temp_directory_path() / "lambdasim-bench.h5").string();
  const Workload few = workload_with(10, kInvocations);
  const Workload many = workload_with(1000, kInvocations);
  const auto few_setup = engine_setup(few);
  const auto many_setup = engine_setup(many);
  const auto everything_setup = everything_on(workload_with(300, kInvocations));
  const auto functions_setup = many_functions_setup(100'000, kInvocations);
  const std::vector<Line> lines{
      {"one function, 10 in flight, summary only", [&] { run_summary_only(few_setup); },
       [&] { run_floor(few); }, 14},
      {"one function, 1,000 in flight, summary only", [&] { run_summary_only(many_setup); },
       [&] { run_floor(many); }, 9},
      {"1,000 in flight, every invocation recorded", [&] { run_recorded(many_setup, path, 0); },
       [&] { run_floor(many); }, 6},
      {"1,000 in flight, every invocation recorded, compressed",
       [&] { run_recorded(many_setup, path, 1); }, [&] { run_floor(many); }, 4},
      {"1,000 in flight, quota, lifetimes, failures and all",
       [&] { run_summary_only(everything_setup); },
       {},
       4},
      {"100,000 functions, rates spread over six decades",
       [&] { run_summary_only(functions_setup); },
       {},
       3},
  };
  fmt::print("{:<58} {:>7} {:>9} {:>10}\n", "work (medians of 5 rounds)", "M/s", "of floor",
             "at least");
  for (const Line& line : lines) {
    print_line(line);
  }
  std::filesystem::remove(path);
}
