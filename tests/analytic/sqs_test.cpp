// An SQS queue that is read by a fixed number c of batches of one message is M/M/c under Poisson
// messages and exponential handlers: the mean time in queue is that of Erlang's delay formula. A
// queue that never empties hands over c batches a handler's duration.
#include <gtest/gtest.h>

#include "tests/analytic/queueing.h"
#include "tests/support/sqs.h"

namespace lambdasim::test {
namespace {

constexpr std::uint32_t kReplications = 32;
constexpr double kService = 0.1;  // s, mean
constexpr std::size_t kBatches = 5;

/// Mean of what a histogram counted, in s.
double mean_of(const core::Histogram& histogram) {
  double sum = 0;
  for (std::size_t i = 0; i < histogram.counts().size(); ++i) {
    const core::Duration middle = (histogram.lower_bound_of(histogram.first_bucket() + i) +
                                   histogram.upper_bound_of(histogram.first_bucket() + i)) /
                                  2;
    sum += static_cast<double>(histogram.counts()[i]) * core::seconds_of(middle);
  }
  return sum / static_cast<double>(histogram.count());
}

engine::Setup queue_system(engine::FunctionSetup function, const std::string& parameters,
                           double rate, Duration warm_up, Duration measured) {
  auto setup = system_of(std::move(function), rate, warm_up, measured);
  setup.functions[0].timeout = 60s;
  setup.sources = {sqs(parameters, setup.functions[0])};
  return setup;
}

engine::SourceTotals source_totals(const engine::Setup& setup, engine::RunKey key) {
  engine::SummaryRecorder recorder(setup.functions.size(), setup.warm_up, setup.horizon);
  engine::Progress progress;
  return engine::simulate(setup, key, recorder, progress).sources[0];
}

TEST(SqsQueue, OfWhichAFixedNumberOfBatchesIsReadDelaysAsErlangsFormulaSays) {
  for (const double utilisation : {0.5, 0.8, 0.9}) {
    const double offered = utilisation * kBatches;
    const double rate = offered / kService;
    const auto setup =
        queue_system(server(Distribution::exponential(kService * 1e9)),
                     "{batch_size: 1, maximum_concurrency: 5}", rate, 100s, seconds(2e5 / rate));
    const std::string load = fmt::format("{} of {} offered to a queue", offered, kBatches);
    Values delays;
    for (std::uint32_t replication = 0; replication < kReplications; ++replication) {
      const auto totals = source_totals(setup, {core::hash_name(load), replication});
      EXPECT_EQ(totals.handled + totals.left, totals.events);
      delays.push_back(mean_of(totals.delay));
    }
    const double wait =
        theory::erlang_c(kBatches, offered) * kService / (static_cast<double>(kBatches) - offered);
    expect_mean("from arrival to answer, " + load, delays, wait + kService,
                utilisation < 0.85 ? 0.03 : 0.04);
  }
}

TEST(SqsQueue, ThatNeverEmptiesIsReadAtConcurrencyTimesBatchOverDuration) {
  const auto setup = queue_system(server(Distribution::constant(0.5e9)),
                                  "{maximum_concurrency: 20, batch_size: 10}", 1000.0, 0s, 70s);
  std::size_t batches = 0;
  for (const engine::InvocationRecord& record : run(setup).rows.invocations) {
    if (record.arrival >= at(10s) && record.arrival < at(60s)) {
      ++batches;
      EXPECT_EQ(record.items, 10);
    }
  }
  EXPECT_EQ(batches, 20U * 100U);  // every half second of 50 s
}

}  // namespace
}  // namespace lambdasim::test
