// What the engine relies on, for every arrival process of the catalogue.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "tests/policy/catalogue_fixture.h"

namespace lambdasim::models {
namespace {

using namespace std::chrono_literals;
using core::Duration;
using core::SimTime;
using engine::Arrival;

constexpr std::uint64_t kKey = 77;
constexpr SimTime kHorizon{60s};

// A new process needs a line here: parameters that are worth testing.
const std::map<std::string, std::vector<std::string>, std::less<>> kExamples = {
    {"poisson", {"{rate: 25 /s}", "{rate: 1 /h}", "{rate: 40000 /s}"}},
    {"constant", {"{rate: 25 /s}", "{rate: 7 /min, phase: 3 s}", "{rate: 30000 /s}"}},
    {"every", {"{interval: 7 s}", "{interval: 500 ms, first: 0 s, at_once: 40, within: 300 ms}"}},
    {"cron",
     {"{expression: '* * * * ? *'}", "{expression: '* * * * ? *', at_once: 3000, within: 50 s}"}},
    {"piecewise",
     {"{points: [{at: 10 s, rate: 500 /s}, {at: 20 s, rate: 0 /s}]}",
      "{points: [{at: 1 s, rate: 5 /s}, {at: 4 s, rate: 900 /s}], between: linear, period: 7 s}"}},
    {"diurnal", {"{base: 1 /s, peak: 90 /s, peak_at: 0 h}"}},
    {"flash_crowd",
     {"{base: 1 /s, peak: 900 /s, at: 10 s, rise: 5 s, decay: 10 s}",
      "{base: 0 /s, peak: 90 /s, at: 0 s, rise: 0 s, decay: 1 s}"}},
    {"mmpp",
     {"{states: {on: {rate: 900 /s, mean_sojourn: 1 s}, off: {rate: 0 /s, mean_sojourn: 3 s}}}",
      "{states: {a: {rate: 1 /s, mean_sojourn: 1 s}, b: {rate: 9 /s, mean_sojourn: 10 ms}, c: "
      "{rate: 500 /s, mean_sojourn: 2 s, next: {a: 1}}}}"}},
    {"periodic",
     {"{interval: 50 ms, jitter: {normal: {deviation: 2 s}}}",
      "{interval: 20 ms, first: 0 s, jitter: {uniform: {from: 0 s, to: 1 s}}, either_way: true}",
      "{interval: 30 ms, jitter: {pareto: {shape: 1.5, minimum: 1 s}}}"}},
    {"renewal",
     {"{gap: {gamma: {mean: 10 ms, cv: 3}}}",
      "{gap: {mixture: [{weight: 9, of: 1 ms}, {weight: 1, of: {lognormal: {mean: 1 s, cv: "
      "2}}}]}}"}},
    {"hawkes", {"{base: 20 /s, branching_ratio: 0.9, decay: 500 ms}"}},
    {"superposition",
     {"{of: [{poisson: {rate: 50 /s}}, {every: {interval: 1 s, at_once: 20}}, {hawkes: {base: 9 "
      "/s, "
      "branching_ratio: 0.5, decay: 1 s}}]}",
      "{of: [{trace: {file: calls.csv}}]}",
      "{of: [{constant: {rate: 7 /s}}, {trace: {file: calls.csv}}]}"}},
    {"trace", {"{file: calls.csv}"}},
};

std::string folder() {
  const auto path = std::filesystem::path{testing::TempDir()} / "lambdasim_arrival_contract";
  std::filesystem::create_directories(path);
  return path.string();
}

void write_trace() {
  std::ofstream file{folder() + "/calls.csv"};
  file << "start_s,duration_ms\n";
  for (int i = 0; i < 5000; ++i) {
    file << (i / 3) * 0.02 << "," << i % 17 << "\n";
  }
}

ArrivalContext context() {
  ArrivalContext context;
  context.function = core::FunctionId{0};
  context.function_names = {"get_user"};
  context.folder = folder();
  context.stream_key = kKey;
  return context;
}

std::vector<Example<engine::ArrivalProcess>> all_examples() {
  write_trace();
  std::vector<Example<engine::ArrivalProcess>> examples;
  for (const ArrivalModel& entry : arrival_models()) {
    const auto found = kExamples.find(entry.about.name);
    if (found == kExamples.end()) {
      ADD_FAILURE() << "no example for " << entry.about.name;
      continue;
    }
    for (const std::string& yaml : found->second) {
      examples.push_back({std::string{entry.about.name} + " " + yaml,
                          read_yaml(yaml, [&](config::ObjectReader& reader) {
                            return entry.read(reader, context());
                          })});
    }
  }
  return examples;
}

using Row = std::tuple<std::int64_t, std::uint64_t, std::uint32_t, std::uint32_t, std::int64_t>;

std::vector<Row> rows_of(const std::vector<Arrival>& arrivals) {
  std::vector<Row> rows;
  for (const Arrival& a : arrivals) {
    rows.emplace_back(core::nanoseconds_of(a.time), a.number, a.stream, a.function.value,
                      a.recorded.count());
  }
  return rows;
}

std::vector<Arrival> in_one_go(const engine::ArrivalProcess& process, engine::RunKey key = {}) {
  std::vector<Arrival> out;
  EXPECT_EQ(process.start(key, 5)->append(kHorizon, 100'000'000, out), kHorizon);
  return out;
}

TEST(ArrivalContract, ArrivalsAreSortedNumberedWithoutGapsAndBeforeTheEnd) {
  for (const auto& [name, process] : all_examples()) {
    SimTime last = core::kStartOfTime;
    std::uint64_t number = 0;
    for (const Arrival& arrival : in_one_go(*process)) {
      ASSERT_GE(arrival.time, last) << name;
      ASSERT_LT(arrival.time, kHorizon) << name;
      ASSERT_EQ(arrival.number, number++) << name;
      ASSERT_EQ(arrival.stream, 5U) << name;
      ASSERT_EQ(arrival.recorded >= Duration{0}, process->records_durations()) << name;
      last = arrival.time;
    }
  }
}

TEST(ArrivalContract, HowTheyAreAskedForChangesNothing) {
  for (const auto& [name, process] : all_examples()) {
    const std::vector<Row> whole = rows_of(in_one_go(*process));
    core::KeyedEngine engine{9};
    std::vector<Arrival> pieces;
    const auto source = process->start({}, 5);
    SimTime until = core::kStartOfTime;
    while (until < kHorizon) {
      until =
          std::min(kHorizon, until + Duration{static_cast<std::int64_t>(engine() % 2'000'000'000)});
      SimTime covered = core::kStartOfTime;
      do {
        covered = source->append(until, 1 + engine() % 1000, pieces);
      } while (covered < until);
    }
    ASSERT_EQ(rows_of(pieces), whole) << name;
  }
}

TEST(ArrivalContract, WhatIsCoveredIsCompleteAndNoMoreThanAskedForIsGiven) {
  for (const auto& [name, process] : all_examples()) {
    const std::vector<Arrival> whole = in_one_go(*process);
    const auto source = process->start({}, 5);
    std::vector<Arrival> given;
    for (int i = 0; i < 50; ++i) {
      const std::size_t before = given.size();
      const SimTime covered = source->append(kHorizon, 3, given);
      ASSERT_LE(given.size() - before, 3U) << name;
      const auto earlier = static_cast<std::size_t>(std::count_if(
          whole.begin(), whole.end(), [covered](const Arrival& a) { return a.time < covered; }));
      ASSERT_GE(given.size(), earlier) << name;
      ASSERT_LE(covered, kHorizon) << name;
    }
  }
}

TEST(ArrivalContract, AppendingKeepsWhatIsThere) {
  for (const auto& [name, process] : all_examples()) {
    std::vector<Arrival> out(2);
    process->start({}, 5)->append(kHorizon, 4, out);
    EXPECT_EQ(out[0].stream, 0U) << name;
    EXPECT_LE(out.size(), 6U) << name;
  }
}

TEST(ArrivalContract, EveryRunStartsAnewAndTheSameKeyGivesTheSame) {
  for (const auto& [name, process] : all_examples()) {
    const engine::RunKey key{4, 2};
    EXPECT_EQ(rows_of(in_one_go(*process, key)), rows_of(in_one_go(*process, key))) << name;
    EXPECT_EQ(process->start(key, 5)->stream_key(), kKey) << name;
  }
}

TEST(ArrivalContract, NothingComesBeforeTheStart) {
  for (const auto& [name, process] : all_examples()) {
    std::vector<Arrival> out;
    EXPECT_EQ(process->start({}, 5)->append(core::kStartOfTime, 10, out), core::kStartOfTime);
    EXPECT_TRUE(out.empty()) << name;
  }
}

// Poisson and what draws at all: not even or recorded times.
bool is_random(const std::string& name) {
  return name.starts_with("superposition {of: [{poisson") ||
         (!name.starts_with("constant") && !name.starts_with("every {interval: 7 s}") &&
          !name.starts_with("cron {expression: '* * * * ? *'}") && !name.starts_with("trace") &&
          !name.starts_with("superposition"));
}

TEST(ArrivalContract, ReplicationsOfARandomProcessDiffer) {
  std::size_t compared = 0;
  for (const auto& [name, process] : all_examples()) {
    const std::vector<Row> rows = rows_of(in_one_go(*process, {1, 0}));
    if (is_random(name) && rows.size() > 1) {
      EXPECT_NE(rows, rows_of(in_one_go(*process, {1, 1}))) << name;
      EXPECT_NE(rows, rows_of(in_one_go(*process, {2, 0}))) << name;
      ++compared;
    }
  }
  EXPECT_GE(compared, 15U);
}

TEST(Catalogue, EveryModelSaysWhatItClaimsAndWhereThatComesFrom) {
  std::vector<const About*> all;
  for (const auto& entry : arrival_models()) {
    all.push_back(&entry.about);
  }
  for (const auto& entry : source_models()) {
    all.push_back(&entry.about);
  }
  for (const auto& entry : keep_alive_models()) {
    all.push_back(&entry.about);
  }
  for (const auto& entry : cpu_models()) {
    all.push_back(&entry.about);
  }
  for (const About* about : all) {
    EXPECT_FALSE(about->summary.empty()) << about->name;
    EXPECT_FALSE(about->behaviour.empty()) << about->name;
    EXPECT_FALSE(about->source.empty()) << about->name;
    for (const Parameter& parameter : about->parameters) {
      EXPECT_FALSE(parameter.meaning.empty()) << about->name << "." << parameter.name;
      EXPECT_FALSE(parameter.source.empty()) << about->name << "." << parameter.name;
    }
  }
}

}  // namespace
}  // namespace lambdasim::models
