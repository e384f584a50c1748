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

TEST(ResearchPolicies, HybridHistogramHalvesColdStartsOfTheThirdQuartileAtTheSameMemory) {
  engine::Setup setup = week_of_applications();
  const auto fixed = [](Duration ttl) { return std::make_shared<models::FixedKeepAlive>(ttl); };
  const Effect ten = effect_of(setup, fixed(10min), "fixed 10 min");
  effect_of(setup, fixed(20min), "fixed 20 min");
  const Effect hour = effect_of(setup, fixed(1h), "fixed 1 h");
  const Effect two = effect_of(setup, fixed(2h), "fixed 2 h");
  effect_of(setup, fixed(4h), "fixed 4 h");
  models::HybridHistogramParameters p;
  const Effect hybrid =
      effect_of(setup, std::make_shared<models::HybridHistogram>(p), "hybrid 4 h");
  p.head = 0;
  const Effect no_prewarming =
      effect_of(setup, std::make_shared<models::HybridHistogram>(p), "hybrid, no prewarming");
  p = {};
  p.range = 1h;
  effect_of(setup, std::make_shared<models::HybridHistogram>(p), "hybrid 1 h");
  p.range = 2h;
  effect_of(setup, std::make_shared<models::HybridHistogram>(p), "hybrid 2 h");
  const Effect oracle =
      effect_of(setup, std::make_shared<models::KeepAliveOracle>(), "oracle");
  (void)hour; (void)two; (void)no_prewarming; (void)oracle; (void)ten; (void)hybrid;
}

/// A day of 300 functions: sizes and cold starts as spread as in FaasCache's table of functions.
engine::Setup day_of_functions() {
  constexpr std::uint32_t kFunctions = 300;
  engine::Setup setup = setup_of({}, azure_shaped_calls(kFunctions, 24h, 6), 24h);
  const core::RandomStream stream{6, 0, core::hash_name("sizes")};
  for (std::uint32_t f = 0; f < kFunctions; ++f) {
    core::KeyedEngine engine = stream.invocation(f).engine(core::Purpose::kFirstStep);
    engine::FunctionSetup function = plain_function(50ms, 24h * 365);
    function.memory_mb = static_cast<std::int64_t>(64 * std::exp2(4 * engine.uniform()));
    function.sandbox = constant(core::duration_of_nanoseconds(0.05e9 * std::exp2(4 * engine.uniform())));
    setup.functions.push_back(function);
  }
  return setup;
}

template <class Eviction>
std::pair<double, double> cold_on(engine::Setup setup, std::int64_t memory_mb, Duration keep_alive) {
  setup.fleet = engine::Fleet{};
  setup.fleet->memory_mb = memory_mb;
  setup.fleet->placement = std::make_shared<models::FirstFit>();
  setup.fleet->eviction = std::make_shared<Eviction>();
  for (engine::FunctionSetup& function : setup.functions) {
    function.keep_alive = std::make_shared<models::FixedKeepAlive>(keep_alive);
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
  const engine::Setup setup = day_of_functions();
  for (const std::int64_t gb : {2, 4, 6, 8, 10, 12, 14, 16, 20, 24, 32, 48, 64}) {
    const auto ttl = cold_on<models::LeastRecentlyUsed>(setup, gb * 1024, 10min);
    const auto lru = cold_on<models::LeastRecentlyUsed>(setup, gb * 1024, 24h * 365);
    const auto dual = cold_on<models::GreedyDual>(setup, gb * 1024, 24h * 365);
    const auto oracle = cold_on<models::EvictionOracle>(setup, gb * 1024, 24h * 365);
    fmt::print("{:3} GB: cold ttl {:6.2f} % lru {:6.2f} % greedy dual {:6.2f} % oracle {:6.2f} %; waited {:8.0f} {:8.0f} {:8.0f} {:8.0f}\n", gb,
               100 * ttl.first, 100 * lru.first, 100 * dual.first, 100 * oracle.first, ttl.second,
               lru.second, dual.second, oracle.second);
  }
}

}  // namespace
}  // namespace lambdasim::test
