// What calls say of contexts, rates and bills; Power Tuning; CPU split from waiting.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "sim/calibrate/cpu_split.h"
#include "sim/calibrate/power_tuning.h"
#include "sim/calibrate/seen.h"
#include "sim/core/distribution.h"
#include "sim/core/random.h"

namespace lambdasim::calibrate {
namespace {

/// A call at so many seconds of a context.
Call call_at(double s, double ms, std::uint32_t context, float init_ms = kNone) {
  Call call;
  call.start_us = std::llround(s * 1e6) + 1'700'000'000'000'000;
  call.duration_ms = ms;
  call.context = context;
  call.init_ms = init_ms;
  call.memory_mb = 128;
  call.billed_ms = static_cast<std::uint32_t>(std::ceil(ms));
  return call;
}

TEST(CalibrationSeen, GapsThatContextsSurvivedAndDidNot) {
  FunctionLog log;
  log.contexts = {"a", "b", "c"};
  log.calls = {call_at(0, 100, 0), call_at(0.05, 100, 1, 80), call_at(100.1, 100, 1),
               call_at(500.28, 100, 2, 80), call_at(501, 100, 2)};
  const ContextsSeen seen = contexts_of(log);
  EXPECT_EQ(seen.contexts.size(), 3U);
  EXPECT_EQ(seen.warm_at_start, 1U);
  EXPECT_EQ(seen.proactive, 0U);
  EXPECT_EQ(seen.most_busy, 2U);
  EXPECT_NEAR(seen.longest_survived_s, 99.95, 1e-6);
  ASSERT_TRUE(seen.shortest_lost_s);
  EXPECT_NEAR(*seen.shortest_lost_s, 400.0, 1e-6);  // b: idle from 100.2 s, gone at 500.2 s
  EXPECT_EQ(seen.lost, 2U);
  EXPECT_EQ(seen.choices, 1U);
  EXPECT_EQ(seen.most_recent, 1U);
  EXPECT_EQ(seen.contexts[1].calls, 2U);
  std::uint64_t calls = 0;
  for (const TimelineBin& bin : seen.timeline) {
    calls += bin.calls;
  }
  EXPECT_EQ(calls, log.calls.size());
  EXPECT_EQ(seen.timeline.front().contexts, 2U);
}

TEST(CalibrationSeen, AContextThatComesBackWasOnlyPassedOver) {
  FunctionLog log;
  log.contexts = {"a", "b"};
  log.calls = {call_at(0, 100, 0), call_at(50, 100, 1, 80), call_at(60, 100, 0)};
  EXPECT_FALSE(contexts_of(log).shortest_lost_s);
}

TEST(CalibrationSeen, RatesTellEvenPoissonAndBurstyCallsApart) {
  core::KeyedEngine engine{1};
  const auto gap = core::Distribution::exponential(1e6);
  std::vector<std::int64_t> even;
  std::vector<std::int64_t> poisson;
  std::vector<std::int64_t> bursts;
  double at = 0;
  for (int i = 0; i < 3000; ++i) {
    even.push_back(i * 1'000'000LL);
    at += gap.sample(engine);
    poisson.push_back(static_cast<std::int64_t>(at));
    bursts.push_back(i / 30 * 30'000'000LL + i % 30);
  }
  EXPECT_EQ(rate_of(even).shape, RateSeen::Shape::kConstant);
  EXPECT_EQ(rate_of(poisson).shape, RateSeen::Shape::kPoisson);
  EXPECT_EQ(rate_of(bursts).shape, RateSeen::Shape::kBursty);
  EXPECT_NEAR(rate_of(even).per_second, 1, 1e-9);
  EXPECT_NEAR(rate_of(poisson).dispersion, 1, 0.5);
}

TEST(CalibrationSeen, HoursThatDifferAreSeenAndHoursOfTheWeekCounted) {
  constexpr std::int64_t kHour = 3'600'000'000;
  const std::int64_t monday = 1'747'008'000'000'000;  // 2025-05-12 00:00 UTC
  std::vector<std::int64_t> arrivals;
  std::vector<std::int64_t> same;
  for (int hour = 0; hour < 6; ++hour) {
    for (int i = 0; i < (hour < 3 ? 400 : 100); ++i) {
      arrivals.push_back(monday + hour * kHour + i * (kHour / 400));
    }
    for (int i = 0; i < 100; ++i) {
      same.push_back(monday + hour * kHour + i * (kHour / 100));
    }
  }
  const RateSeen rate = rate_of(arrivals);
  EXPECT_TRUE(rate.varies_by_hour);
  EXPECT_FALSE(rate_of(same).varies_by_hour);
  EXPECT_EQ(rate.hourly[0], 400U);
  EXPECT_EQ(rate.hour_of_week[0], 400U);
  EXPECT_EQ(rate.hour_of_week[4], 100U);
  EXPECT_NEAR(rate.hour_of_week_s[1], 3600, 1e-6);
}

TEST(CalibrationSeen, BillsTellTheirRule) {
  FunctionLog log;
  log.contexts = {"a"};
  log.calls = {call_at(0, 3.1, 0, 542.01F), call_at(1, 250.06, 0, 100.77F), call_at(2, 154, 0)};
  log.calls[2].billed_ms = 155;  // text rounds Duration
  log.calls[0].billed_ms = 546;
  log.calls[1].billed_ms = 351;
  EXPECT_EQ(billing_of(log).rule, BillingRule::kInitBilled);
  EXPECT_EQ(billing_of(log).warm_follow, 1U);
  log.calls[0].billed_ms = 4;
  log.calls[1].billed_ms = 251;
  EXPECT_EQ(billing_of(log).rule, BillingRule::kInitFree);
  for (Call& call : log.calls) {
    call.billed_ms = static_cast<std::uint32_t>(100 * std::ceil(call.duration_ms / 100));
  }
  EXPECT_EQ(billing_of(log).rule, BillingRule::kSteps100);
  log.calls.erase(log.calls.begin(), log.calls.begin() + 2);
  log.calls[0].billed_ms = 154;
  EXPECT_EQ(billing_of(log).rule, BillingRule::kUnknown);
}

// int16 128, 256 and 1024; float32 1000, 500 and 130.5; float32 costs.
constexpr const char* kLink =
    "https://lambda-power-tuning.show/#gAAAAQAE;AAB6RAAA+kMAgAJD;AAAAAAAAAAAAAAAA";

TEST(PowerTuning, IsReadFromItsLinkFromJsonWithTheLinkAndFromStats) {
  const auto check = [](const std::string& text) {
    const std::vector<TuningPoint> points = parse_power_tuning(text);
    ASSERT_EQ(points.size(), 3U);
    EXPECT_EQ(points[0].memory_mb, 128);
    EXPECT_EQ(points[0].mean_ms, 1000);
    EXPECT_EQ(points[2].memory_mb, 1024);
    EXPECT_EQ(points[2].mean_ms, 130.5);
  };
  check(kLink);
  check(
      std::string{R"({"power":1024,"cost":1,"duration":130.5,"stateMachine":{"visualization":")"} +
      kLink + "\"}}");
  check(R"({"power":1024,"stats":[{"value":1024,"averageDuration":130.5,"averagePrice":1},
           {"value":128,"averageDuration":1000},{"value":256,"averageDuration":500}]})");
}

TEST(PowerTuning, WhatIsWrongIsSaid) {
  const auto reason = [](const std::string& text) -> std::string {
    try {
      parse_power_tuning(text);
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(reason("{\"power\": 1"), "not whole JSON; is the file cut off?");
  EXPECT_EQ(reason("{}"),
            "neither 'stats' nor 'stateMachine.visualization': is it the output of Power Tuning?");
  EXPECT_EQ(reason("https://x/#gAAAAQAE"),
            "the link has no data MEMORIES;DURATIONS;COSTS after its '#'");
  EXPECT_EQ(reason("https://x/#gAAAAQAE;AAB6RAAA;"),
            "the link has 6 bytes of memory sizes and 6 of durations; of each size there must be 2 "
            "and 4; is it cut off?");
  EXPECT_EQ(reason(R"({"stats":[{"value":64,"averageDuration":3}]})"),
            "3 ms at 64 MB cannot be; sizes are 128 to 10240 MB");
}

TEST(CpuSplit, FindsWorkAndWaitAgainFromMeansAtSeveralSizes) {
  for (const auto& [cpu, wait] : {std::pair{200.0, 40.0}, {17.2, 0.0}, {30.0, 300.0}}) {
    std::vector<MeanAtMemory> points;
    for (const int memory : {128, 256, 512, 1024, 1792, 3008}) {
      points.push_back({memory, wait + wall_ms(*default_cpu_model(memory), cpu)});
    }
    const CpuSplit split = split_cpu(points, default_cpu_model);
    EXPECT_NEAR(split.cpu_ms, cpu, 0.03 * cpu);
    EXPECT_NEAR(split.wait_ms, wait, 0.03 * (wait + cpu));
    EXPECT_LT(split.worst_error, 0.03);
  }
}

TEST(CpuSplit, WallTimeGoesBackToTheWorkThatTookIt) {
  const auto model = default_cpu_model(512);
  std::vector<double> walls;
  for (const double cpu : {3.0, 17.2, 120.0}) {
    walls.push_back(wall_ms(*model, cpu));
  }
  const std::vector<double> found = cpu_for_walls(*model, walls);
  for (std::size_t i = 0; i < walls.size(); ++i) {
    EXPECT_NEAR(wall_ms(*model, found[i]), walls[i], 0.5);
  }
}

TEST(CpuSplit, DurationsThatMemoryDoesNotChangeAreWaiting) {
  const CpuSplit split = split_cpu({{128, 250}, {1024, 250}, {3008, 250}}, default_cpu_model);
  EXPECT_LT(split.cpu_ms, 2);
  EXPECT_NEAR(split.wait_ms, 250, 2.5);
}

}  // namespace
}  // namespace lambdasim::calibrate
