// Cold share and number of idle contexts of the pool that Lambda uses most recent first: the exact
// theory (see theory::Pool) under Poisson calls and exponential handlers, without and with a limit
// of concurrency.
#include <gtest/gtest.h>

#include "tests/analytic/queueing.h"

namespace lambdasim::test {
namespace {

constexpr double kService = 0.1;  // s, mean
constexpr std::uint32_t kReplications = 32;

struct Case {
  double in_use;       // offered load
  double limit;        // keep-alive, in units of the mean duration
  std::size_t places;  // reserved concurrency, 0: none
  double notices;      // relative deviation of the cold share
};

void expect_theory(const Case& of, double calls) {
  const double rate = of.in_use / kService;
  engine::FunctionSetup function = server(Distribution::exponential(kService * 1e9));
  function.keep_alive = std::make_shared<models::FixedKeepAlive>(seconds(of.limit * kService));
  if (of.places != 0) {
    function.reserved_concurrency = static_cast<std::int64_t>(of.places);
  }
  const Duration warm_up = seconds((of.limit + 40.0) * kService);
  const auto setup = system_of(std::move(function), rate, warm_up, seconds(calls / rate));
  const std::string what =
      fmt::format("load {}, limit {}, places {}", of.in_use, of.limit, of.places);
  const auto values = replicate<4>(setup, what, kReplications, [&](const auto& totals) {
    const engine::FunctionTotals& t = totals[0];
    return std::array{share(t.cold, t.served()), level(t.idle, setup),
                      level(t.busy + t.idle + t.initialising, setup),
                      share(t.throttled, t.arrivals)};
  });
  const theory::Pool pool =
      theory::most_recently_used_pool(rate, 1.0 / kService, of.limit * kService, of.places);
  expect_mean("cold share, " + what, values[0], pool.cold_share, of.notices);
  expect_mean("idle contexts, " + what, values[1], pool.idle, 0.015);
  expect_mean("live contexts, " + what, values[2], pool.busy + pool.idle, 0.015);
  if (of.places != 0) {
    expect_mean("refused, " + what, values[3], pool.refused, 0.02);
  }
}

TEST(MostRecentlyUsedPool, HasTheColdShareAndIdleContextsOfItsUpCrossings) {
  for (const Case& of :
       {Case{1.0, 2.0, 0, 0.01}, Case{1.0, 20.0, 0, 0.03}, Case{4.0, 5.0, 0, 0.02},
        Case{20.0, 2.0, 0, 0.02}, Case{20.0, 20.0, 0, 0.05}, Case{100.0, 5.0, 0, 0.06}}) {
    expect_theory(of, 4e5);
  }
}

TEST(MostRecentlyUsedPool, HasThemUnderReservedConcurrencyToo) {
  for (const Case& of : {Case{0.25, 6.0, 1, 0.01}, Case{1.0, 5.0, 3, 0.02}, Case{4.0, 2.0, 6, 0.02},
                         Case{20.0, 2.0, 22, 0.03}, Case{25.0, 1.0, 20, 0.06}}) {
    expect_theory(of, 4e5);
  }
}

}  // namespace
}  // namespace lambdasim::test
