// The same key gives the same rows: again, from several threads at once, and however much longer
// the run goes on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "tests/support/eventful.h"

namespace lambdasim::test {
namespace {

using engine::ContextRecord;
using engine::InvocationRecord;
using testing::Pointwise;

MATCHER(SameInvocation, "") {
  const auto& [a, b] = arg;
  return a.arrival == b.arrival && a.wait == b.wait && a.sandbox == b.sandbox && a.init == b.init &&
         a.duration == b.duration && a.parent == b.parent && a.billed_ms == b.billed_ms &&
         a.function == b.function && a.context == b.context && a.attempt == b.attempt &&
         a.start == b.start && a.outcome == b.outcome;
}

MATCHER(SameContext, "") {
  const auto& [a, b] = arg;
  return a.context == b.context && a.function == b.function && a.created == b.created &&
         a.ready == b.ready && a.retired == b.retired && a.init == b.init && a.busy == b.busy &&
         a.idle == b.idle && a.invocations == b.invocations && a.resets == b.resets &&
         a.connections == b.connections && a.why == b.why;
}

MATCHER(SameSpan, "") {
  const auto& [a, b] = arg;
  return a.from == b.from && a.to == b.to;
}

void expect_same(const RunOutput& a, const RunOutput& b) {
  EXPECT_THAT(a.rows.invocations, Pointwise(SameInvocation(), b.rows.invocations));
  EXPECT_THAT(a.rows.contexts, Pointwise(SameContext(), b.rows.contexts));
  EXPECT_THAT(a.rows.idle_spans, Pointwise(SameSpan(), b.rows.idle_spans));
  EXPECT_THAT(a.rows.initialisations, Pointwise(SameSpan(), b.rows.initialisations));
  ASSERT_EQ(a.result.peaks.size(), b.result.peaks.size());
  for (std::size_t f = 0; f < a.result.peaks.size(); ++f) {
    EXPECT_EQ(a.result.peaks[f].contexts, b.result.peaks[f].contexts);
    EXPECT_EQ(a.result.peaks[f].in_flight, b.result.peaks[f].in_flight);
    EXPECT_EQ(a.result.peaks[f].connections, b.result.peaks[f].connections);
  }
}

TEST(SameKey, GivesTheSameRowsAgain) {
  const RunOutput first = run(eventful_setup_with_return_delay(), {51, 3});
  ASSERT_GT(first.rows.invocations.size(), 50'000U);
  expect_same(first, run(eventful_setup_with_return_delay(), {51, 3}));
}

TEST(SameKey, GivesTheSameRowsFromThreadsThatShareASetup) {
  const engine::Setup setup = eventful_setup_with_return_delay();
  std::vector<RunOutput> together(4);
  {
    std::vector<std::jthread> threads;
    for (std::uint32_t replication = 0; replication < together.size(); ++replication) {
      threads.emplace_back([&setup, &together, replication] {
        together[replication] = run(setup, {51, replication});
      });
    }
  }
  for (std::uint32_t replication = 0; replication < together.size(); ++replication) {
    expect_same(together[replication], run(setup, {51, replication}));
  }
}

TEST(SameKey, GivesTheSameStartWhenTheRunGoesOnForLonger) {
  engine::Setup shorter = eventful_setup();
  shorter.horizon = 1h;
  const auto until_the_horizon = [&](const engine::Setup& setup) {
    std::vector<InvocationRecord> rows;
    for (const InvocationRecord& row : run(setup, {51, 0}).rows.invocations) {
      if (row.started() < at(shorter.horizon)) {
        rows.push_back(row);
      }
    }
    return rows;
  };
  const auto rows = until_the_horizon(shorter);
  ASSERT_GT(rows.size(), 20'000U);
  EXPECT_THAT(rows, Pointwise(SameInvocation(), until_the_horizon(eventful_setup())));
}

TEST(SameKey, GivesTheSameRowsWhateverTheWarmUp) {
  engine::Setup warmed_up = eventful_setup();
  warmed_up.warm_up = 30min;
  const RunOutput a = run(eventful_setup(), {51, 0});
  const RunOutput b = run(warmed_up, {51, 0});
  EXPECT_THAT(a.rows.invocations, Pointwise(SameInvocation(), b.rows.invocations));
  // Contexts that ended unseen are reported at the end of the warm-up: earlier, but the same rows.
  const auto by_number = [](std::vector<ContextRecord> contexts) {
    std::sort(contexts.begin(), contexts.end(),
              [](const auto& x, const auto& y) { return x.context < y.context; });
    return contexts;
  };
  EXPECT_THAT(by_number(a.rows.contexts), Pointwise(SameContext(), by_number(b.rows.contexts)));
}

}  // namespace
}  // namespace lambdasim::test
