// A concurrency limit that refuses is Erlang's loss system: the share of calls refused is B(c, a)
// at the offered load a, whatever the distribution of durations.
#include <gtest/gtest.h>

#include "tests/analytic/queueing.h"

namespace lambdasim::test {
namespace {

constexpr std::uint32_t kReplications = 32;
constexpr double kService = 0.1;  // s, mean
constexpr std::size_t kPlaces = 10;

double share_refused(const std::vector<engine::FunctionTotals>& totals) {
  std::uint64_t refused = 0;
  std::uint64_t arrivals = 0;
  for (const engine::FunctionTotals& of_function : totals) {
    refused += of_function.throttled;
    arrivals += of_function.arrivals;
  }
  return share(refused, arrivals);
}

void expect_blocking(std::string_view what, const Distribution& service) {
  for (const double utilisation : {0.5, 0.9, 1.2}) {
    const double offered = utilisation * kPlaces;
    const double rate = offered / kService;
    engine::FunctionSetup function = server(service);
    function.reserved_concurrency = kPlaces;
    const auto setup = system_of(std::move(function), rate, 100s, seconds(2e5 / rate));
    const std::string load = fmt::format("{}, {} of {} offered", what, offered, kPlaces);
    const auto values = replicate<2>(setup, load, kReplications, [&](const auto& totals) {
      return std::array{share_refused(totals), level(totals[0].busy, setup)};
    });
    const double blocking = theory::erlang_b(kPlaces, offered);
    expect_mean("refused, " + load, values[0], blocking, utilisation < 0.6 ? 0.05 : 0.02);
    expect_mean("in use, " + load, values[1], offered * (1.0 - blocking), 0.01);
  }
}

TEST(ReservedConcurrency, RefusesTheShareOfErlangsFormulaUnderExponentialDurations) {
  expect_blocking("exponential", Distribution::exponential(kService * 1e9));
}

TEST(ReservedConcurrency, RefusesTheSameShareUnderLognormalDurations) {
  expect_blocking("lognormal, cv 2", Distribution::lognormal_mean_cv(kService * 1e9, 2.0));
}

TEST(AccountConcurrency, SharedByTwoFunctionsIsOneLossSystemUnderTheSumOfTheirLoads) {
  engine::FunctionSetup slow = server(Distribution::exponential(0.4e9));
  engine::FunctionSetup fast = server(Distribution::lognormal_mean_cv(0.05e9, 1.5));
  slow.name = "slow";
  fast.name = "fast";
  auto setup = system_of(std::move(slow), 10.0, 100s, 2'000s);  // 4 in use, offered
  setup.functions.push_back(std::move(fast));
  setup.arrivals.push_back(poisson(100.0, 1, 12));  // 5 in use, offered
  // A third function keeps its reserved places for itself.
  setup.functions.push_back(server(Distribution::constant(1e9)));
  setup.functions.back().reserved_concurrency = 7;
  setup.account_concurrency = kPlaces + 7;
  const auto values = replicate<2>(setup, "account", kReplications, [](const auto& totals) {
    return std::array{share(totals[0].throttled, totals[0].arrivals),
                      share(totals[1].throttled, totals[1].arrivals)};
  });
  const double blocking = theory::erlang_b(kPlaces, 9.0);
  expect_mean("refused, the slow function", values[0], blocking, 0.06);
  expect_mean("refused, the fast function", values[1], blocking, 0.04);
}

// Contexts that serve several requests each, and never become more, are as many places.
TEST(ManagedInstances, OfAFixedNumberAreOneLossSystem) {
  engine::FunctionSetup function = server(Distribution::lognormal_mean_cv(kService * 1e9, 2.0));
  engine::ManagedInstances managed;
  managed.at_start = managed.minimum = managed.maximum = 2;
  managed.requests_per_context = kPlaces / 2;
  managed.period = 10s;
  function.managed = managed;
  const auto setup = system_of(std::move(function), 90.0, 100s, 2'000s);
  const auto values = replicate<2>(setup, "managed", kReplications, [&setup](const auto& totals) {
    return std::array{share_refused(totals), level(totals[0].busy, setup)};
  });
  const double blocking = theory::erlang_b(kPlaces, 9.0);
  expect_mean("refused, managed instances", values[0], blocking, 0.03);
  expect_mean("requests in use", values[1], 9.0 * (1.0 - blocking), 0.01);
}

}  // namespace
}  // namespace lambdasim::test
