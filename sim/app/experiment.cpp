#include "sim/app/experiment.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

#include "sim/app/comparison.h"
#include "sim/app/file_header.h"
#include "sim/app/recorders.h"
#include "sim/app/source_totals.h"
#include "sim/app/totals.h"
#include "sim/engine/engine.h"

namespace lambdasim::app {
namespace {

constexpr auto kObserveEvery = std::chrono::milliseconds{100};
// Many functions keep coarser histograms (1.6 % instead of 0.1 %), so that memory stays small.
constexpr std::size_t kManyFunctions = 1000;
constexpr int kFineBits = 9;
constexpr int kCoarseBits = 5;

struct Task {
  std::size_t index;
  std::uint8_t design;
  std::uint32_t replication;
  engine::Progress progress;
  std::vector<io::SummaryRow> summary;
  std::vector<io::SourceRow> sources;
  std::vector<io::WorkflowRow> workflows;
  StepwiseRows stepwise{};
  std::vector<io::ConnectionRow> connections{};
  std::vector<io::TimelineRow> timeline;
};

/// What all tasks of one design add up to.
struct DesignTotals {
  std::vector<core::Histogram> warm;
  std::vector<core::Histogram> cold;
  std::vector<models::Usage> usage;
};

class Experiment {
 public:
  Experiment(const Scenario& scenario, const ExperimentOptions& options)
      : scenario_(scenario),
        options_(options),
        file_(options.output, file_header(scenario, options),
              {.compression = options.compress ? 1 : 0}) {
    for (std::size_t d = 0; d < scenario.designs.size(); ++d) {
      rates_.push_back(cost_rates(scenario.designs[d]));
      for (std::uint32_t r = 0; r < scenario.replications; ++r) {
        tasks_.emplace_back(tasks_.size(), static_cast<std::uint8_t>(d), r);
      }
    }
    totals_.resize(scenario.designs.size());
  }

  ExperimentResult run() {
    {
      std::vector<std::jthread> workers;
      const unsigned threads = options_.threads == 0
                                   ? std::max(1U, std::thread::hardware_concurrency())
                                   : options_.threads;
      for (unsigned i = 0; i < std::min<std::size_t>(threads, tasks_.size()); ++i) {
        workers.emplace_back([this] { work(); });
      }
      watch();
    }
    if (failure_) {
      std::rethrow_exception(failure_);
    }
    return stopping_ ? ExperimentResult{.summaries = {},
                                        .sources = {},
                                        .workflows = {},
                                        .comparisons = {},
                                        .months = {},
                                        .invocations = progress().invocations,
                                        .interrupted = true}
                     : conclude();
  }

 private:
  void work() {
    while (true) {
      const std::size_t next = next_task_++;
      if (next >= tasks_.size() || stopping_) {
        break;
      }
      try {
        run_task(tasks_[next]);
      } catch (...) {
        const std::lock_guard lock(mutex_);
        failure_ = failure_ ? failure_ : std::current_exception();
        stop();
      }
      const std::lock_guard lock(mutex_);
      ++finished_;
      changed_.notify_all();
    }
  }

  void run_task(Task& task) {
    const Design& design = scenario_.designs[task.design];
    io::TaskRows rows = file_.begin_task(task.index, task.design, task.replication);
    const int bits = design.setup.functions.size() > kManyFunctions ? kCoarseBits : kFineBits;
    WorkflowTotals workflows(design, rates_[task.design]);
    AllRecorders recorders(design.setup, scenario_.output, bits, workflows, rows);
    const engine::RunResult result = simulate(task, recorders, rows);
    rows.end();
    if (result.stopped) {
      return;
    }
    task.progress.time_ns = design.setup.horizon.count();
    const TaskTotals totals{recorders.summary().totals(), result.peaks, result.sources,
                            result.backends};
    task.summary = summary_rows(design, task.design, task.replication, totals);
    task.sources = source_rows(design, task.design, task.replication, totals.sources);
    task.workflows = workflows.rows(task.design, task.replication);
    task.stepwise = stepwise_rows(design, task.design, task.replication, result,
                                  recorders.summary().connected_time());
    task.connections = connection_rows(task, recorders.timeline(), design.setup.backends.size());
    task.timeline = timeline_rows(task, recorders.timeline(), design.setup.functions.size());
    const std::lock_guard lock(mutex_);
    add_to_design(task.design, totals);
  }

  /// A trace with a bad row ends the run in the middle; the rows before it are worth keeping.
  engine::RunResult simulate(Task& task, AllRecorders& recorders, io::TaskRows& rows) {
    try {
      return engine::simulate(scenario_.designs[task.design].setup,
                              {scenario_.seed, task.replication}, recorders, task.progress);
    } catch (const config::InvalidInput&) {
      rows.end();
      throw;
    }
  }

  static std::vector<io::TimelineRow> timeline_rows(const Task& task,
                                                    const engine::TimelineRecorder& timeline,
                                                    std::size_t functions) {
    std::vector<io::TimelineRow> rows;
    for (std::uint32_t f = 0; timeline.enabled() && f < functions; ++f) {
      const engine::TimelineBins bins = timeline.bins(core::FunctionId{f});
      for (std::size_t i = 0; i < bins.arrivals.size(); ++i) {
        rows.push_back(
            {.design = task.design,
             .replication = task.replication,
             .function = f,
             .bin_start = core::kStartOfTime + timeline.bin_width() * static_cast<std::int64_t>(i),
             .arrivals = bins.arrivals[i],
             .throttled = bins.throttled[i],
             .in_flight = bins.busy[i] + bins.waiting[i],
             .waiting = bins.waiting[i],
             .initialising = bins.initialising[i],
             .busy = bins.busy[i],
             .idle = bins.idle[i]});
      }
    }
    return rows;
  }

  static std::vector<io::ConnectionRow> connection_rows(const Task& task,
                                                        const engine::TimelineRecorder& timeline,
                                                        std::size_t backends) {
    std::vector<io::ConnectionRow> rows;
    for (std::uint32_t b = 0; timeline.enabled() && b < backends; ++b) {
      const std::vector<double> bins = timeline.connections(core::BackendId{b});
      for (std::size_t i = 0; i < bins.size(); ++i) {
        rows.push_back(
            {.design = task.design,
             .replication = task.replication,
             .backend = b,
             .bin_start = core::kStartOfTime + timeline.bin_width() * static_cast<std::int64_t>(i),
             .connections = bins[i]});
      }
    }
    return rows;
  }

  /// Sums of integers, so the order in which tasks finish cannot be seen.
  void add_to_design(std::uint8_t design, const TaskTotals& task) {
    const std::vector<engine::FunctionTotals>& functions = task.functions;
    DesignTotals& totals = totals_[design];
    for (std::size_t f = 0; f < functions.size(); ++f) {
      const models::Usage usage = usage_of(scenario_.designs[design], f, task);
      if (totals.usage.size() == f) {
        totals.warm.push_back(functions[f].warm_latency);
        totals.cold.push_back(functions[f].cold_latency);
        totals.usage.push_back(usage);
        continue;
      }
      totals.warm[f].merge(functions[f].warm_latency);
      totals.cold[f].merge(functions[f].cold_latency);
      totals.usage[f] += usage;
    }
  }

  /// Waits for the workers, letting the caller look on and stop them.
  void watch() {
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, kObserveEvery,
                              [this] { return finished_ == tasks_.size() || failure_; })) {
      if (options_.observe && !options_.observe(progress())) {
        stop();
        return;
      }
    }
    if (options_.observe) {
      options_.observe(progress());
    }
  }

  void stop() {
    stopping_ = true;
    for (Task& task : tasks_) {
      task.progress.stop = true;
    }
  }

  ExperimentProgress progress() const {
    ExperimentProgress sum;
    core::Duration all{0};
    for (const Task& task : tasks_) {
      sum.simulated += core::Duration{task.progress.time_ns.load()};
      sum.invocations += task.progress.invocations.load();
      all += scenario_.designs[task.design].setup.horizon;
    }
    sum.fraction = core::seconds_of(sum.simulated) / core::seconds_of(all);
    return sum;
  }

  ExperimentResult conclude() {
    ExperimentResult result;
    result.invocations = progress().invocations;
    for (Task& task : tasks_) {
      result.summaries.insert(result.summaries.end(), task.summary.begin(), task.summary.end());
      result.sources.insert(result.sources.end(), task.sources.begin(), task.sources.end());
      result.workflows.insert(result.workflows.end(), task.workflows.begin(), task.workflows.end());
      result.stepwise += task.stepwise;
      file_.write(task.timeline);
      file_.write(task.connections);
      task.timeline = {};
    }
    file_.write(result.summaries);
    file_.write(result.sources);
    if (!result.workflows.empty()) {
      file_.write(result.workflows);
    }
    file_.write(result.stepwise.backends);
    file_.write(result.stepwise.resources);
    file_.write(result.stepwise.storage);
    file_.write(result.stepwise.calls);
    file_.write(histogram_rows());
    if (scenario_.designs.size() > 1) {
      const auto functions = static_cast<std::int32_t>(totals_.front().usage.size());
      for (std::int32_t f = 0; f < functions; ++f) {
        const auto rows = compare_designs(result.summaries, f);
        result.comparisons.insert(result.comparisons.end(), rows.begin(), rows.end());
      }
      if (functions > 1) {
        const auto rows = compare_designs(result.summaries, io::kAllFunctions);
        result.comparisons.insert(result.comparisons.end(), rows.begin(), rows.end());
      }
      file_.write(result.comparisons);
    }
    for (std::size_t d = 0; d < totals_.size(); ++d) {
      const engine::Setup& setup = scenario_.designs[d].setup;
      result.months.push_back(
          bill_of_month(scenario_.designs[d].prices, totals_[d].usage,
                        (setup.horizon - setup.warm_up) * scenario_.replications));
    }
    if (options_.add_tables) {
      options_.add_tables(result, file_);
    }
    file_.finish();
    return result;
  }

  std::vector<io::HistogramRow> histogram_rows() const {
    std::vector<io::HistogramRow> rows;
    const auto add = [&rows](std::size_t design, std::size_t function, engine::Start start,
                             const core::Histogram& histogram) {
      for (std::size_t i = 0; i < histogram.counts().size(); ++i) {
        const std::size_t bucket = histogram.first_bucket() + i;
        if (histogram.counts()[i] != 0) {
          rows.push_back({static_cast<std::uint8_t>(design), static_cast<std::uint32_t>(function),
                          static_cast<std::uint8_t>(start), histogram.lower_bound_of(bucket),
                          histogram.upper_bound_of(bucket), histogram.counts()[i]});
        }
      }
    };
    for (std::size_t d = 0; d < totals_.size(); ++d) {
      for (std::size_t f = 0; f < totals_[d].warm.size(); ++f) {
        add(d, f, engine::Start::kWarm, totals_[d].warm[f]);
        add(d, f, engine::Start::kCold, totals_[d].cold[f]);
      }
    }
    return rows;
  }

  const Scenario& scenario_;
  const ExperimentOptions& options_;
  io::ResultFile file_;
  std::deque<Task> tasks_;
  std::vector<DesignTotals> totals_;
  std::vector<std::vector<io::CostRates>> rates_;  // by design, function
  std::atomic<std::size_t> next_task_{0};
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t finished_ = 0;
  std::exception_ptr failure_;
};

}  // namespace

ExperimentResult run_experiment(const Scenario& scenario, const ExperimentOptions& options) {
  return Experiment(scenario, options).run();
}

}  // namespace lambdasim::app
