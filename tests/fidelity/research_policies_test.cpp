// The effects that the papers behind the research policies publish, on a synthetic trace with the
// shape of theirs. Direction and rough size: the traces themselves are not here.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include "models/eviction/greedy_dual.h"
#include "models/eviction/lru.h"
#include "models/eviction/oracle.h"
#include "models/keepalive/fixed.h"
#include "models/keepalive/hybrid_histogram.h"
#include "models/keepalive/oracle.h"
#include "models/placement/first_fit.h"
#include "tests/support/azure_shape.h"
#include "tests/support/replications.h"

namespace lambdasim::test {
namespace {

using KeepAlivePolicy = std::shared_ptr<const engine::KeepAlive>;

struct Effect {
  double third_quartile_cold;  ///< cold share of the application at the 75th percentile
  double idle_h;               ///< context-hours that were kept without a call
};

/// A week of 500 applications whose calls take no time, as in the paper's simulation.
engine::Setup week_of_applications() {
  constexpr std::uint32_t kApplications = 500;
  constexpr Duration kWeek = 24h * 7;
  engine::Setup setup = setup_of({}, azure_shaped_calls(kApplications, kWeek, 4), kWeek);
  setup.functions.assign(kApplications, plain_function(1ms));
  return setup;
}

Effect effect_of(engine::Setup& setup, const KeepAlivePolicy& policy, const char* name) {
  for (engine::FunctionSetup& function : setup.functions) {
    function.keep_alive = policy;
  }
  std::vector<double> cold;
  double idle = 0;
  for (const engine::FunctionTotals& totals : totals_of(setup, {})) {
    idle += core::seconds_of(totals.idle) / 3600;
    if (totals.arrivals != 0) {
      cold.push_back(share(totals.cold, totals.arrivals));
    }
  }
  std::sort(cold.begin(), cold.end());
  const Effect effect{cold[cold.size() * 3 / 4], idle};
  fmt::print("{:<24} 75th percentile cold {:5.1f} %, median {:5.1f} %, idle {:8.0f} h\n", name,
             100 * effect.third_quartile_cold, 100 * cold[cold.size() / 2], effect.idle_h);
  return effect;
}

KeepAlivePolicy fixed(Duration ttl) {
  return std::make_shared<models::FixedKeepAlive>(ttl);
}

KeepAlivePolicy hybrid(Duration range) {
  models::HybridHistogramParameters parameters;
  parameters.range = range;
  return std::make_shared<models::HybridHistogram>(parameters);
}

/// Keeps contexts as long as the policy would, but starts none ahead of a call.
KeepAlivePolicy hybrid_without_prewarming() {
  models::HybridHistogramParameters parameters;
  parameters.head = 0;
  parameters.most_out_of_bounds = 1;
  return std::make_shared<models::HybridHistogram>(parameters);
}

TEST(ResearchPolicies, HybridHistogramHalvesColdStartsOfTheThirdQuartileAtTheSameMemory) {
  engine::Setup setup = week_of_applications();
  const Effect ten = effect_of(setup, fixed(10min), "fixed 10 min");
  const Effect twenty = effect_of(setup, fixed(20min), "fixed 20 min");
  const Effect hour = effect_of(setup, fixed(1h), "fixed 1 h");
  const Effect learned = effect_of(setup, hybrid(4h), "hybrid, 4 h");
  EXPECT_LT(learned.third_quartile_cold, ten.third_quartile_cold / 2);
  EXPECT_LT(learned.idle_h, 1.2 * ten.idle_h);
  EXPECT_LT(learned.third_quartile_cold, twenty.third_quartile_cold / 2.5);
  EXPECT_LT(learned.idle_h, 1.05 * twenty.idle_h);
  EXPECT_LT(learned.third_quartile_cold, hour.third_quartile_cold / 2);
  EXPECT_LT(learned.idle_h, 0.9 * hour.idle_h);
}

TEST(ResearchPolicies, HybridHistogramTradesMemoryForColdStartsByItsRange) {
  engine::Setup setup = week_of_applications();
  const Effect one = effect_of(setup, hybrid(1h), "hybrid, 1 h");
  const Effect two = effect_of(setup, hybrid(2h), "hybrid, 2 h");
  const Effect four = effect_of(setup, hybrid(4h), "hybrid, 4 h");
  EXPECT_LT(two.third_quartile_cold, one.third_quartile_cold);
  EXPECT_LT(four.third_quartile_cold, two.third_quartile_cold);
  EXPECT_GT(two.idle_h, one.idle_h);
  EXPECT_GT(four.idle_h, two.idle_h);
}

TEST(ResearchPolicies, StartingContextsAheadSavesMemoryAndTheOracleShowsHowMuchIsLeft) {
  engine::Setup setup = week_of_applications();
  const Effect learned = effect_of(setup, hybrid(4h), "hybrid, 4 h");
  const Effect only_kept = effect_of(setup, hybrid_without_prewarming(), "hybrid, nothing ahead");
  const Effect bound = effect_of(setup, std::make_shared<models::KeepAliveOracle>(), "oracle");
  EXPECT_LT(learned.idle_h, only_kept.idle_h);
  EXPECT_LE(learned.third_quartile_cold, only_kept.third_quartile_cold);
  EXPECT_LT(bound.third_quartile_cold, learned.third_quartile_cold / 3);
  EXPECT_LT(bound.idle_h, 0.01 * learned.idle_h);
}

/// A day of 300 functions of 64 MB to 1 GB whose cold starts take 0.05 to 0.8 s, spread evenly on a
/// scale of logarithms: factors of 16, as in FaasCache's table of functions.
engine::Setup day_of_functions() {
  constexpr std::uint32_t kFunctions = 300;
  engine::Setup setup = setup_of({}, azure_shaped_calls(kFunctions, 24h, 6), 24h);
  const core::RandomStream stream{6, 0, core::hash_name("sizes")};
  for (std::uint32_t f = 0; f < kFunctions; ++f) {
    core::KeyedEngine engine = stream.invocation(f).engine(core::Purpose::kFirstStep);
    engine::FunctionSetup function = plain_function(50ms, 24h * 365);
    function.memory_mb = static_cast<std::int64_t>(64 * std::exp2(4 * engine.uniform()));
    function.sandbox =
        constant(core::duration_of_nanoseconds(0.05e9 * std::exp2(4 * engine.uniform())));
    setup.functions.push_back(function);
  }
  return setup;
}

struct Misses {
  double cold;      ///< share of the calls that started cold, or were refused
  double waited_s;  ///< for cold starts, all calls together
};

template <class Eviction>
Misses misses_on(engine::Setup setup, std::int64_t memory_gb, Duration keep_alive) {
  setup.fleet = engine::Fleet{.hosts = 1,
                              .memory_mb = memory_gb * 1024,
                              .placement = std::make_shared<models::FirstFit>(),
                              .eviction = std::make_shared<Eviction>()};
  for (engine::FunctionSetup& function : setup.functions) {
    function.keep_alive = fixed(keep_alive);
  }
  std::uint64_t cold = 0;
  std::uint64_t all = 0;
  double waited = 0;
  for (const engine::FunctionTotals& totals : totals_of(setup, {})) {
    cold += totals.cold + totals.throttled;
    all += totals.arrivals;
    waited += core::seconds_of(totals.waiting);
  }
  return {share(cold, all), waited};
}

TEST(ResearchPolicies, GreedyDualStartsFewerFunctionsColdThanLruAndTtl) {
  constexpr Duration kForever = 24h * 365;
  const engine::Setup setup = day_of_functions();
  double most_saved = 0;
  for (const std::int64_t gb : {4, 8, 12, 16, 24, 32, 64}) {
    const Misses ttl = misses_on<models::LeastRecentlyUsed>(setup, gb, 10min);
    const Misses lru = misses_on<models::LeastRecentlyUsed>(setup, gb, kForever);
    const Misses dual = misses_on<models::GreedyDual>(setup, gb, kForever);
    const Misses bound = misses_on<models::EvictionOracle>(setup, gb, kForever);
    fmt::print(
        "{:2} GB: cold 10 min {:6.2f} %, lru {:6.2f} %, greedy dual {:6.2f} %, oracle {:6.2f} %; "
        "waited {:6.0f}, {:6.0f}, {:6.0f}, {:6.0f} s\n",
        gb, 100 * ttl.cold, 100 * lru.cold, 100 * dual.cold, 100 * bound.cold, ttl.waited_s,
        lru.waited_s, dual.waited_s, bound.waited_s);
    EXPECT_LT(dual.cold, ttl.cold) << gb;
    EXPECT_LT(dual.cold, 1.05 * lru.cold) << gb;
    EXPECT_LT(dual.waited_s, 0.8 * lru.waited_s) << gb;
    EXPECT_LT(bound.cold, dual.cold) << gb;
    most_saved = std::max(most_saved, ttl.waited_s / dual.waited_s);
  }
  EXPECT_GT(most_saved, 3);
}

}  // namespace
}  // namespace lambdasim::test
