// What is billed follows from the row and its context: milliseconds begun of the handler, and of
// INIT when the call started cold and INIT is billed, under one ceiling.
#include <gtest/gtest.h>

#include <map>

#include "tests/support/eventful.h"
#include "tests/support/replications.h"

namespace lambdasim::test {
namespace {

std::uint32_t ceiling_ms(Duration span) {
  const auto whole = span / 1ms;
  return static_cast<std::uint32_t>(whole * 1ms == span ? whole : whole + 1);
}

TEST(Billing, OfEveryRowIsOneCeilingOverInitAndDuration) {
  const engine::Setup setup = eventful_setup();
  const RunOutput output = run(setup, {23, 0});
  std::map<std::uint32_t, Duration> init;
  for (const engine::ContextRecord& context : output.rows.contexts) {
    init[context.context.value] = context.init;
  }
  std::uint64_t billed = 0;
  std::uint64_t billed_init = 0;
  for (const engine::InvocationRecord& row : output.rows.invocations) {
    const bool with_init =
        row.start == engine::Start::kCold && setup.functions[row.function.value].init_is_billed;
    const Duration of_init = with_init ? init.at(row.context.value) : 0ns;
    EXPECT_EQ(row.billed_ms, ceiling_ms(row.duration + of_init));
    EXPECT_EQ(row.billed_init_ms(), ceiling_ms(row.duration + of_init) - ceiling_ms(row.duration));
    billed += row.billed_ms;
    billed_init += row.billed_init_ms();
  }
  std::uint64_t total = 0;
  std::uint64_t total_init = 0;
  for (const engine::FunctionTotals& totals : totals_of(setup, {23, 0})) {
    total += totals.billed_ms;
    total_init += totals.billed_init_ms;
  }
  EXPECT_EQ(total, billed);
  EXPECT_EQ(total_init, billed_init);
  EXPECT_GT(billed_init, 0U);
}

TEST(Billing, OfARefusedCallIsNothing) {
  const RunOutput output = run(eventful_setup(), {23, 0});
  int refused = 0;
  for (const engine::InvocationRecord& row : output.rows.invocations) {
    if (row.outcome == engine::Outcome::kThrottled) {
      ++refused;
      EXPECT_EQ(row.billed_ms, 0U);
      EXPECT_EQ(row.latency(), 0ns);
    }
  }
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace lambdasim::test
