// What the engine and the output rely on, for every event source of the catalogue: no event is lost
// or counted twice, nothing happens after the horizon, and the same key gives the same run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/policy/catalogue_fixture.h"
#include "tests/support/eventful.h"
#include "tests/support/machines.h"

namespace lambdasim::test {
namespace {

using engine::InvocationRecord;
using engine::SourceTotals;
using models::About;
using models::Example;
using models::SourceModel;

constexpr std::uint32_t kFirst = 0;
constexpr std::uint32_t kSecond = 1;

// A new source needs a line here: parameters that are worth testing.
const std::map<std::string, std::vector<std::string>, std::less<>> kExamples = {
    {"http",
     {"{}", "{timeout: 900 ms}", "{retries: 3}",
      "{timeout: 700 ms, retries: 2, retry_on: {throttled: true, errors: false, timeouts: true}, "
      "backoff: {base: 300 ms, cap: 2 s, jitter: none}}"}},
    {"warming", {"{}"}},
    {"sqs",
     {"{visibility_timeout: 30 s}", "{visibility_timeout: 10 s, maximum_concurrency: 2}",
      "{visibility_timeout: 10 s, batch_size: 20, batch_window: 2 s, maximum_receives: 3, poison: "
      "5 %, "
      "report_batch_item_failures: true, duplicates: 5 %}",
      "{visibility_timeout: 10 s, fifo: {groups: 5}, maximum_receives: 4, retention: 60 s, poison: "
      "2 %}",
      "{visibility_timeout: 10 s, provisioned: {minimum_pollers: 2, maximum_pollers: 3}}"}},
    {"kinesis",
     {"{shards: 3}",
      "{shards: 2, parallelization: 2, keys: 50, bisect: true, maximum_retries: 3, poison: 1 %, "
      "on_failure: destination, maximum_record_age: 60 s, poll_phase: 100 ms}"}},
    {"dynamodb_stream",
     {"{shards: 10, keys: 99, report_batch_item_failures: true, poison: 1 %, maximum_retries: 2, "
      "poll_phase: 50 ms, maximum_record_age: 5 min}"}},
    {"kafka",
     {"{partitions: 3, keys: 9, maximum_record_age: 60 s, provisioned: {pollers: 2}, "
      "poll_interval: 100 ms, poll_phase: 10 ms}"}},
    {"async",
     {"{}", "{maximum_retries: 0, on_failure: dead_letter_queue}",
      "{maximum_retries: 2, retry_after: {first: 5 s, second: 9 s}, backoff: {first: 200 ms, most: "
      "4 s}, maximum_age: 60 s, on_failure: destination, duplicates: 5 %, poison: 2 %, delay: "
      "{exponential: {mean: 300 ms}}}"}},
    {"durable",
     {"{}",
      "{start_rate: 5 /s, start_burst: 5, attempts: 3, backoff: {base: 400 ms, cap: 2 s, jitter: "
      "none}, refused_backoff: {first: 200 ms, most: 4 s}}"}},
};

/// The handler, a second's pause, and the handler again.
std::shared_ptr<const engine::Durable> twice(const engine::Program& handler) {
  engine::Durable durable;
  durable.segments = {{handler, 0, 2, 300, Distribution::exponential(1e9), 90},
                      {handler, 2, 1, 100, {}, 0}};
  durable.replay = Distribution::constant(1e6);
  return std::make_shared<const engine::Durable>(std::move(durable));
}

/// Two functions that share too small an account, whose handlers fail, time out and crash.
engine::Setup troubled_setup(Duration warm_up, Duration horizon) {
  engine::Setup setup = eventful_setup_with_return_delay();
  setup.horizon = horizon;
  setup.warm_up = warm_up;
  setup.account_concurrency = 5;
  for (engine::FunctionSetup& function : setup.functions) {
    function.ping = {{engine::StepKind::kWait, {}, 70, Distribution::exponential(75e6)}};
    function.durable = twice(function.handler);
    function.failures = {.error = 0.1, .crash = 0.02, .init = 0.05, .at = 0.5};
  }
  return setup;
}

models::SourceContext context_of(const engine::Setup& setup) {
  return {.function = &setup.functions[kFirst], .horizon = setup.horizon};
}

using Model = Example<engine::EventSourceModel>;

/// Branches, a map, choices, retries and failures that are caught and that are not.
models::Example<engine::EventSourceModel> workflow_example(std::uint32_t at_once) {
  Workflow workflow =
      workflow_of({invokes("first", 0, 1), parallel("both", {2, 4}, 5), invokes("left", 0, 3),
                   waits_for("rest", 2s), maps("right", 1, 2, at_once),
                   chooses("pick", {{0.1, 0}, {1.0, 6}}), ends("done", true)},
                  2);
  const models::StateRetry retry{.attempts = 4, .delay = 500ms, .rate = 2, .has_jitter = true};
  for (State& state : workflow.states) {
    state.retry = retry;
  }
  workflow.states[4].on_failure = 3;
  workflow.states[4].next = kNoState;
  workflow.states[1].on_failure = 6;
  workflow.transition = Distribution::exponential(20e6);
  workflow.timeout = 60s;
  return {"workflow of " + std::to_string(at_once) + " at once",
          std::make_shared<const models::WorkflowSource>(
              std::make_shared<const Workflow>(std::move(workflow)))};
}

/// Every example that is a source: callers without patience or retries are none.
std::vector<Model> all_examples(const engine::Setup& setup) {
  std::vector<Model> examples;
  for (const SourceModel& entry : models::source_models()) {
    const auto found = kExamples.find(entry.about.name);
    if (found == kExamples.end()) {
      ADD_FAILURE() << "no example for " << entry.about.name;
      continue;
    }
    for (const std::string& yaml : found->second) {
      auto model = models::read_yaml(yaml, [&](config::ObjectReader& reader) {
        return entry.read(reader, context_of(setup));
      });
      if (model != nullptr) {
        examples.push_back({std::string{entry.about.name} + " " + yaml, std::move(model)});
      }
    }
  }
  examples.push_back(workflow_example(0));
  examples.push_back(workflow_example(1));
  return examples;
}

/// The first stream goes through the source, the second one is direct and in its way.
engine::Setup behind(const Model& example, engine::Setup setup) {
  setup.sources = {example.model};
  return setup;
}

std::uint64_t arrivals_in(const engine::Setup& setup) {
  std::vector<engine::Arrival> arrivals;
  const SimTime end = at(setup.horizon);
  setup.arrivals[kFirst]->start({}, kFirst)->append(end, 100'000'000, arrivals);
  return static_cast<std::uint64_t>(std::count_if(
      arrivals.begin(), arrivals.end(),
      [&setup](const engine::Arrival& arrival) { return arrival.time >= at(setup.warm_up); }));
}

void expect_nothing_lost(const engine::Setup& setup, const SourceTotals& totals,
                         const std::string& name) {
  EXPECT_EQ(totals.events, arrivals_in(setup)) << name;
  EXPECT_EQ(totals.events,
            totals.handled + totals.expired + totals.dead_lettered + totals.discarded + totals.left)
      << name;
  EXPECT_EQ(totals.delay.count(), totals.handled) << name;
  EXPECT_LE(totals.retries + totals.events - totals.left - totals.expired, totals.attempts) << name;
  EXPECT_LE(totals.throttled + totals.failed, totals.attempts) << name;
  EXPECT_LE(totals.handled + totals.failed + totals.throttled, totals.attempts) << name;
  EXPECT_LE(totals.invocations, totals.attempts) << name;
}

TEST(SourceContract, EveryEventIsInExactlyOneOfTheCounts) {
  const std::vector<std::pair<Duration, Duration>> windows{
      {0s, 1h}, {20min, 1h}, {0s, 3s}, {10s, 11s}, {7min, 7min + 1ns}};
  for (const auto& [warm_up, horizon] : windows) {
    const engine::Setup setup = troubled_setup(warm_up, horizon);
    for (const Model& example : all_examples(setup)) {
      const RunOutput out = run(behind(example, setup));
      expect_nothing_lost(setup, out.result.sources.at(kFirst), example.name);
      EXPECT_EQ(out.result.sources.at(kSecond).events, 0U) << example.name;
    }
  }
}

TEST(SourceContract, TheLongRunMeetsEverythingThatCanGoWrong) {
  const engine::Setup setup = troubled_setup(0s, 1h);
  for (const Model& example : all_examples(setup)) {
    const RunOutput out = run(behind(example, setup));
    const SourceTotals& totals = out.result.sources.at(kFirst);
    EXPECT_GT(totals.events, 10'000U) << example.name;
    EXPECT_GT(totals.handled, totals.events / 2) << example.name;
    EXPECT_GT(totals.failed, 100U) << example.name;
    EXPECT_GT(totals.throttled, 100U) << example.name;
  }
}

TEST(SourceContract, CountsAndRowsAgree) {
  const engine::Setup setup = troubled_setup(0s, 1h);
  for (const Model& example : all_examples(setup)) {
    const RunOutput out = run(behind(example, setup));
    const SourceTotals& totals = out.result.sources.at(kFirst);
    std::uint64_t rows = 0;
    std::uint64_t items = 0;
    std::uint64_t billed_ms = 0;
    for (const InvocationRecord& row : out.rows.invocations) {
      if (row.source == kFirst) {
        ++rows;
        items += row.items;
        billed_ms += row.billed_ms;
      }
    }
    EXPECT_EQ(totals.invocations, rows) << example.name;
    EXPECT_EQ(totals.attempts, items) << example.name;
    EXPECT_EQ(totals.billed_ms, billed_ms) << example.name;
  }
}

TEST(SourceContract, NothingIsInvokedBeforeItsEventOrAfterTheHorizon) {
  const engine::Setup setup = troubled_setup(0s, 10min);
  for (const Model& example : all_examples(setup)) {
    for (const InvocationRecord& row : run(behind(example, setup)).rows.invocations) {
      ASSERT_LT(row.arrival, at(setup.horizon)) << example.name;
      ASSERT_GE(row.attempt, 1U) << example.name;
      ASSERT_GE(row.items, 1U) << example.name;
    }
  }
}

using Row = std::tuple<std::int64_t, std::int64_t, std::uint32_t, std::uint32_t, int, int, int>;

std::vector<Row> rows_of(const RunOutput& out) {
  std::vector<Row> rows;
  for (const InvocationRecord& row : out.rows.invocations) {
    rows.emplace_back(core::nanoseconds_of(row.arrival), row.duration.count(), row.event,
                      row.context.value, row.attempt, row.items, static_cast<int>(row.outcome));
  }
  return rows;
}

TEST(SourceContract, TheSameKeyGivesTheSameRunAndAnotherAnother) {
  const engine::Setup setup = troubled_setup(0s, 10min);
  for (const Model& example : all_examples(setup)) {
    const engine::Setup own = behind(example, setup);
    const RunOutput first = run(own, {3, 1});
    const RunOutput again = run(own, {3, 1});
    EXPECT_EQ(rows_of(first), rows_of(again)) << example.name;
    EXPECT_EQ(first.result.sources[kFirst].handled, again.result.sources[kFirst].handled);
    EXPECT_EQ(first.result.sources[kFirst].delay.counts(),
              again.result.sources[kFirst].delay.counts())
        << example.name;
    EXPECT_NE(rows_of(first), rows_of(run(own, {3, 2}))) << example.name;
  }
}

TEST(SourceContract, EveryParameterIsExplained) {
  const engine::Setup setup = troubled_setup(0s, 10min);
  for (const SourceModel& entry : models::source_models()) {
    std::set<std::string_view> explained;
    for (const models::Parameter& parameter : entry.about.parameters) {
      explained.insert(parameter.name.substr(0, parameter.name.find('.')));
    }
    std::set<std::string> met;
    for (const std::string& yaml : kExamples.at(std::string{entry.about.name})) {
      config::Diagnostics diagnostics;
      config::Node resolved;
      const config::Node tree = config::load_text(yaml, "test.yaml", diagnostics);
      config::ObjectReader reader{&tree, "", diagnostics, resolved};
      entry.read(reader, context_of(setup));
      for (const config::Entry& given : resolved.entries) {
        EXPECT_TRUE(explained.contains(given.key)) << entry.about.name << "." << given.key;
        met.insert(given.key);
      }
      for (const config::Entry& given : tree.entries) {
        met.insert(given.key);
      }
    }
    EXPECT_EQ(met.size(), explained.size()) << entry.about.name;
  }
}

}  // namespace
}  // namespace lambdasim::test
