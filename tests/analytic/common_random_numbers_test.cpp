// Designs are compared on common random numbers: what a design does not change stays the same
// number for the same invocation, whatever order things then happen in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/eventful.h"

namespace lambdasim::test {
namespace {

using engine::InvocationRecord;
using engine::Start;
using engine::Where;
using testing::Pointwise;

MATCHER(SameCall, "") {
  const auto& [a, b] = arg;
  return a.arrival == b.arrival && a.function == b.function;
}

/// The same row, if contexts are numbered from elsewhere.
MATCHER(SameRow, "") {
  const auto& [a, b] = arg;
  return a.arrival == b.arrival && a.wait == b.wait && a.sandbox == b.sandbox && a.init == b.init &&
         a.duration == b.duration && a.billed_ms == b.billed_ms && a.start == b.start &&
         a.outcome == b.outcome;
}

MATCHER(SameContext, "") {
  const auto& [a, b] = arg;
  return a.created == b.created && a.ready == b.ready && a.retired == b.retired &&
         a.init == b.init && a.busy == b.busy && a.idle == b.idle &&
         a.invocations == b.invocations && a.resets == b.resets && a.connections == b.connections &&
         a.why == b.why;
}

/// Rows of function 0 in the order of its arrivals, so that the i-th is invocation i.
std::vector<InvocationRecord> rows_of(const RunOutput& output) {
  std::vector<InvocationRecord> rows;
  std::copy_if(output.rows.invocations.begin(), output.rows.invocations.end(),
               std::back_inserter(rows),
               [](const InvocationRecord& row) { return row.function.value == 0; });
  std::sort(rows.begin(), rows.end(), [](const InvocationRecord& a, const InvocationRecord& b) {
    return a.arrival < b.arrival;
  });
  return rows;
}

/// One function, nothing refused, timeouts out of the way.
engine::Setup design() {
  engine::Setup setup = eventful_setup_with_return_delay();
  setup.account_concurrency = 1000;
  setup.functions.pop_back();
  setup.arrivals.pop_back();
  setup.functions[0].timeout = 900s;
  return setup;
}

std::vector<InvocationRecord> rows_of(const engine::Setup& setup) {
  return rows_of(run(setup, {31, 0}));
}

Duration draw(const Distribution& of, std::uint64_t invocation, std::uint32_t purpose) {
  auto engine = core::RandomStream(31, 0, kEventfulStream).invocation(invocation).engine(purpose);
  return of.sample_duration(engine);
}

TEST(CommonRandomNumbers, KeepArrivalsAndHandlersWhenTheKeepAliveDiffers) {
  engine::Setup longer = design();
  longer.functions[0].keep_alive = std::make_shared<FixedLimit>(10min);
  const auto a = rows_of(design());
  const auto b = rows_of(longer);
  ASSERT_GT(a.size(), 10'000U);
  ASSERT_THAT(a, Pointwise(SameCall(), b));
  std::size_t other_starts = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ASSERT_EQ(a[i].duration, b[i].duration) << "invocation " << i;
    other_starts += a[i].start != b[i].start ? 1 : 0;
  }
  EXPECT_GT(other_starts, 100U);
}

TEST(CommonRandomNumbers, KeepTheWorkOfAHandlerWhenItsCpuDiffers) {
  engine::Setup larger = design();
  larger.functions[0].cpu = std::make_shared<models::Proportional>(1, 1);
  const auto a = rows_of(design());
  const auto b = rows_of(larger);
  ASSERT_THAT(a, Pointwise(SameCall(), b));
  for (std::size_t i = 0; i < a.size(); ++i) {
    const Duration wait = draw(Distribution::lognormal_mean_cv(350e6, 4.0), i, 64);
    const Duration work = draw(Distribution::exponential(20e6), i, 65);
    ASSERT_EQ(b[i].duration, wait + work) << "invocation " << i;
    ASSERT_NEAR(static_cast<double>((a[i].duration - wait).count()),
                3.5 * static_cast<double>(work.count()), 1.0);
  }
}

TEST(CommonRandomNumbers, MoveTheSameSetUpTimeFromInitToHandlers) {
  engine::Setup inside = design();
  inside.functions[0].resources[0].where = Where::kInsideHandler;
  engine::Setup first_use = design();
  first_use.functions[0].resources[0].where = Where::kFirstUse;
  const auto a = rows_of(design());
  const auto b = rows_of(inside);
  const auto c = rows_of(first_use);
  ASSERT_THAT(a, Pointwise(SameCall(), b));
  ASSERT_THAT(a, Pointwise(SameCall(), c));
  std::size_t set_up_at_first_use = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const Duration set_up = draw(kConnecting, i, kConnectionPurpose);
    ASSERT_EQ(b[i].duration, a[i].duration + set_up) << "invocation " << i;
    const bool made = c[i].duration != a[i].duration;
    ASSERT_EQ(c[i].duration, a[i].duration + (made ? set_up : 0ns)) << "invocation " << i;
    ASSERT_TRUE(made || c[i].start != Start::kCold) << "invocation " << i;
    set_up_at_first_use += made ? 1 : 0;
  }
  EXPECT_LT(set_up_at_first_use, a.size() / 4);
}

TEST(CommonRandomNumbers, LeaveEveryRowOfAFunctionAloneWhenAnotherIsAdded) {
  engine::Setup both = eventful_setup_with_return_delay();
  both.account_concurrency = 1000;
  engine::Setup alone = both;
  alone.functions.pop_back();
  alone.arrivals.pop_back();
  engine::Setup second_first = both;
  std::swap(second_first.arrivals[0], second_first.arrivals[1]);
  const RunOutput a = run(alone, {31, 0});
  for (const engine::Setup& setup : {both, second_first}) {
    const RunOutput b = run(setup, {31, 0});
    EXPECT_GT(b.rows.invocations.size(), a.rows.invocations.size() * 5 / 4);
    EXPECT_THAT(rows_of(a), Pointwise(SameRow(), rows_of(b)));
    std::vector<engine::ContextRecord> contexts;
    std::copy_if(b.rows.contexts.begin(), b.rows.contexts.end(), std::back_inserter(contexts),
                 [](const auto& context) { return context.function.value == 0; });
    EXPECT_THAT(a.rows.contexts, Pointwise(SameContext(), contexts));
  }
}

TEST(CommonRandomNumbers, AreOthersInAnotherReplicationAndUnderAnotherSeed) {
  const auto of = [](engine::RunKey key) { return rows_of(run(design(), key)); };
  const auto first = of({31, 0});
  for (const engine::RunKey key : {engine::RunKey{31, 1}, engine::RunKey{32, 0}}) {
    const auto other = of(key);
    std::size_t same_duration = 0;
    for (std::size_t i = 0; i < std::min(first.size(), other.size()); ++i) {
      same_duration += first[i].duration == other[i].duration ? 1 : 0;
      ASSERT_NE(first[i].arrival, other[i].arrival);
    }
    EXPECT_LE(same_duration, 1U);
  }
}

}  // namespace
}  // namespace lambdasim::test
