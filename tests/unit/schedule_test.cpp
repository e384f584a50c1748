// Schedules, spans and routes of arrivals.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/arrival/adapted.h"
#include "models/arrival/cron.h"
#include "tests/support/model_from_yaml.h"
#include "tests/support/scripted.h"

namespace lambdasim::models {
namespace {

using namespace lambdasim::test;
using namespace std::chrono;
using testing::ElementsAre;

std::vector<engine::Arrival> arrivals_of(const engine::ArrivalProcess& process, Duration until) {
  std::vector<engine::Arrival> all;
  const auto source = process.start({}, 0);
  for (SimTime covered; covered < at(until);) {
    covered = source->append(at(until), 3, all);
  }
  return all;
}

std::vector<Duration> times_of(std::string_view model, const std::string& parameters,
                               Duration until) {
  ArrivalContext context;
  context.function = core::FunctionId{0};
  std::vector<Duration> times;
  const auto process = model_from_yaml(arrival_models(), model, parameters, context);
  for (const engine::Arrival& arrival : arrivals_of(*process, until)) {
    times.push_back(arrival.time - core::kStartOfTime);
  }
  return times;
}

Cron::Minute minute_of(year_month_day day, int hour, int minute) {
  return sys_days{day} + hours{hour} + minutes{minute};
}

std::string next_of(const std::string& expression, Cron::Minute from) {
  std::string mistake;
  const auto cron = Cron::parse(expression, mistake);
  if (!cron) {
    return mistake;
  }
  const Cron::Minute next = cron->next(from, from + days{4000});
  const year_month_day day{floor<std::chrono::days>(next)};
  const auto clock = (next - floor<std::chrono::days>(next)).count();
  return fmt::format("{}-{:02}-{:02} {:02}:{:02}", static_cast<int>(day.year()),
                     static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()),
                     clock / 60, clock % 60);
}

// 2026-01-05 is a Monday.
TEST(Cron, FindsTheNextMinuteOfAnExpression) {
  const Cron::Minute monday = minute_of(2026y / 1 / 5, 0, 0);
  EXPECT_EQ(next_of("0 8 * * ? *", monday), "2026-01-05 08:00");
  EXPECT_EQ(next_of("0 8 * * ? *", minute_of(2026y / 1 / 5, 8, 1)), "2026-01-06 08:00");
  EXPECT_EQ(next_of("0/15 9-17 ? * MON-FRI *", minute_of(2026y / 1 / 9, 17, 46)),
            "2026-01-12 09:00");
  EXPECT_EQ(next_of("30 23 L * ? *", monday), "2026-01-31 23:30");
  EXPECT_EQ(next_of("30 23 L FEB ? 2028", monday), "2028-02-29 23:30");
  EXPECT_EQ(next_of("5,35 14 1 * ? *", monday), "2026-02-01 14:05");
  EXPECT_EQ(next_of("0 0 ? * 1 *", monday), "2026-01-11 00:00");  // 1 is Sunday
}

TEST(Cron, SaysWhatIsWrong) {
  const Cron::Minute monday = minute_of(2026y / 1 / 5, 0, 0);
  EXPECT_EQ(next_of("0 8 * * *", monday),
            "must have six fields (minutes, hours, day of month, month, day of week, year), got 5");
  EXPECT_EQ(next_of("0 8 * * * *", monday),
            "exactly one of day of month and day of week must be '?'");
  EXPECT_EQ(next_of("60 8 * * ? *", monday), "'60' is no minute (from 0 to 59)");
  EXPECT_EQ(next_of("0 8 * JANUARY ? *", monday), "'JANUARY' is no month (from 1 to 12)");
  EXPECT_EQ(next_of("0 17-9 * * ? *", monday), "'17-9' is no hour (from 0 to 23)");
}

TEST(Schedule, FiresEverySoOftenWithSoManyAtOnce) {
  EXPECT_THAT(times_of("every", "{interval: 5 min, at_once: 2}", 12min),
              ElementsAre(5min, 5min, 10min, 10min));
  EXPECT_THAT(times_of("every", "{interval: 5 min, first: 0 s}", 10min), ElementsAre(0s, 5min));
}

TEST(Schedule, FiresAtTheMinutesOfItsExpression) {
  EXPECT_THAT(times_of("cron", "{expression: '0 8 ? * MON-FRI *', starts_on: 2026-01-09}", 24h * 5),
              ElementsAre(8h, 80h, 104h));  // Friday, Monday, Tuesday
}

TEST(Schedule, SpreadsAFiringOverASpanInOrder) {
  const auto times = times_of("every", "{interval: 1 h, at_once: 500, within: 1 min}", 2h);
  ASSERT_EQ(times.size(), 500U);
  EXPECT_TRUE(std::is_sorted(times.begin(), times.end()));
  EXPECT_GE(times.front(), 1h);
  EXPECT_LT(times.back(), 1h + 1min);
  EXPECT_GT(times.back() - times.front(), 55s);
}

TEST(Span, LeavesOutWhatIsOutsideAndKeepsTheNumbersOfTheRest) {
  const auto script = std::make_shared<ScriptedArrivals>(
      std::vector<ScriptedArrival>{{1s}, {2s}, {3s}, {4s}, {5s}});
  const auto cut = within_span(script, at(2s), at(4s));
  std::vector<std::uint64_t> numbers;
  for (const engine::Arrival& arrival : arrivals_of(*cut, 10s)) {
    numbers.push_back(arrival.number);
  }
  EXPECT_THAT(numbers, ElementsAre(1, 2));
}

TEST(Routes, SendEachArrivalToAFunctionByItsShare) {
  const auto all = routed(poisson_arrivals(1000.0, core::FunctionId{0}, 5),
                          {{core::FunctionId{3}, 0.9}, {core::FunctionId{1}, 0.1}});
  std::size_t canary = 0;
  const auto arrivals = arrivals_of(*all, 100s);
  for (const engine::Arrival& arrival : arrivals) {
    canary += arrival.function == core::FunctionId{1} ? 1 : 0;
    EXPECT_TRUE(arrival.function == core::FunctionId{1} || arrival.function == core::FunctionId{3});
  }
  // A binomial count of about 100,000 x 0.1, five standard deviations either way.
  EXPECT_NEAR(static_cast<double>(canary), 0.1 * static_cast<double>(arrivals.size()), 475.0);
}

}  // namespace
}  // namespace lambdasim::models
