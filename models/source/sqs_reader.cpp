#include <cmath>
#include <numeric>

#include "models/source/sqs.h"
#include "sim/config/units.h"

namespace lambdasim::models {
namespace {

using config::ObjectReader;
using core::Duration;
using namespace std::chrono_literals;

constexpr std::int64_t kKilobyte = 1024;
constexpr std::int64_t kMegabyte = 1024 * kKilobyte;
constexpr Duration kLongestWindow = 300s;
constexpr Duration kLongestVisibility = 12h;
constexpr std::int64_t kMessagesOfAPoll = 10;  // most that one ReceiveMessage returns

void read_batches(ObjectReader& parameters, bool is_fifo, SqsSettings& settings) {
  const std::int64_t size = parameters.integer("batch_size", 10, {1, 10'000});
  settings.batch_window = parameters.duration("batch_window", 0s, {0s, kLongestWindow});
  settings.message_size = parameters.bytes("message_size", kKilobyte, {1, kMegabyte});
  const std::int64_t payload =
      parameters.bytes("maximum_payload", 6 * kMegabyte, {kMegabyte, 1024 * kMegabyte});
  settings.batch_limit = static_cast<std::size_t>(std::min(size, payload / settings.message_size));
  if (is_fifo && size > kMessagesOfAPoll) {
    parameters.report("batch_size", "must be at most 10 with fifo");
  } else if (size > kMessagesOfAPoll && settings.batch_window < 1s) {
    parameters.report("batch_size", "above 10 needs a batch_window of at least 1 s");
  }
  if (is_fifo && settings.batch_window > 0s) {
    parameters.report("batch_window", "must be 0 s with fifo");
  }
  settings.scaling.messages_per_poll = kMessagesOfAPoll;
}

void read_queue(ObjectReader& parameters, const engine::FunctionSetup* function,
                SqsSettings& settings) {
  const Duration timeout = function != nullptr ? function->timeout : Duration{1s};
  SqsQueueRules& queue = settings.queue;
  queue.visibility_timeout = parameters.duration(
      "visibility_timeout", 6 * timeout + settings.batch_window, {1s, kLongestVisibility});
  if (queue.visibility_timeout < timeout) {
    parameters.report("visibility_timeout", "must be at least the timeout of the function, " +
                                                config::format_duration(timeout) +
                                                ", for AWS to read the queue");
  }
  if (parameters.has("maximum_receives")) {
    queue.maximum_receives =
        static_cast<std::uint32_t>(parameters.integer("maximum_receives", std::nullopt, {1, 1000}));
  }
  queue.retention = parameters.duration("retention", 96h, {60s, 336h});
  settings.in_flight_limit =
      static_cast<std::size_t>(parameters.integer("in_flight_limit", 120'000, {1, 1'000'000'000}));
}

void read_delivery(ObjectReader& parameters, bool is_fifo, SqsSettings& settings) {
  settings.reports_item_failures = parameters.boolean("report_batch_item_failures", false);
  settings.poison = parameters.number("poison", 0, {0, 1});
  settings.duplicates = parameters.number("duplicates", 0, {0, 1});
  if (is_fifo && settings.duplicates > 0) {
    parameters.report("duplicates", "must be 0 with fifo: such queues deliver exactly once");
  }
  settings.poll_latency = parameters.duration("poll_latency", 0ms, {0s, 60s});
  settings.throttle_backoff =
      parameters.duration("throttle_backoff", 1s, {1ms, kLongestVisibility});
}

/// ns between two of what comes at a rate.
Duration interval_of(double per_second) {
  return core::duration_of_nanoseconds(1e9 / per_second);
}

void read_scaling(ObjectReader& parameters, SqsScaling& scaling) {
  const bool is_capped = parameters.has("maximum_concurrency");
  const std::int64_t cap =
      is_capped ? parameters.integer("maximum_concurrency", std::nullopt, {2, 1000}) : 0;
  ObjectReader reader = parameters.object("scaling");
  const std::int64_t minimum = reader.integer("minimum", 5, {1, 100'000});
  const std::int64_t quota = reader.integer("quota", 1250, {1, 100'000});
  if (minimum > quota) {
    reader.report("minimum", "must be at most scaling.quota");
  }
  const std::int64_t most = is_capped ? std::min(cap, quota) : quota;
  scaling.maximum = static_cast<std::uint32_t>(most);
  scaling.minimum = static_cast<std::uint32_t>(std::min(minimum, most));
  scaling.growth_interval = interval_of(reader.rate("up", 5.0, {1e-3, 1e6}));
  scaling.down_after = reader.duration("down_after", 1min, {1s, 24h});
  scaling.step_down = static_cast<std::uint32_t>(reader.integer("step_down", 1, {0, 100'000}));
  reader.finish();
}

/// What belongs to the default mode, given beside provisioned pollers.
void refuse_scaling(ObjectReader& parameters) {
  const bool has_cap = parameters.has("maximum_concurrency");
  if (!has_cap && !parameters.has("scaling")) {
    return;
  }
  SqsScaling ignored;
  read_scaling(parameters, ignored);
  parameters.report(has_cap ? "maximum_concurrency" : "scaling", "cannot stand beside provisioned");
}

void read_provisioned(ObjectReader& parameters, std::int64_t message_bytes, SqsScaling& scaling) {
  ObjectReader reader = parameters.object("provisioned");
  const std::int64_t minimum = reader.integer("minimum_pollers", 2, {2, 200});
  const std::int64_t maximum = reader.integer("maximum_pollers", 200, {2, 10'000});
  if (minimum > maximum) {
    reader.report("minimum_pollers", "must be at most maximum_pollers");
  }
  const std::int64_t invokes = reader.integer("invokes_per_poller", 10, {1, 1000});
  scaling.minimum = static_cast<std::uint32_t>(minimum);
  scaling.maximum = static_cast<std::uint32_t>(std::max(minimum, maximum));
  scaling.batches_per_poller = static_cast<std::uint32_t>(invokes);
  scaling.poll_interval = interval_of(reader.rate("polls_per_poller", 10, {1e-3, 1e6}));
  const std::int64_t bytes = reader.bytes("bytes_per_poller", kMegabyte, {1, 1024 * kMegabyte});
  scaling.transfer_time =
      interval_of(static_cast<double>(bytes) / static_cast<double>(message_bytes));
  scaling.growth_interval =
      interval_of(reader.rate("up", 1000.0 / 60.0, {1e-3, 1e6}) / static_cast<double>(invokes));
  scaling.down_after = reader.duration("down_after", 1min, {1s, 24h});
  reader.finish();
}

std::vector<double> read_groups(ObjectReader& parameters) {
  ObjectReader reader = parameters.object("fifo");
  const std::int64_t groups = reader.integer("groups", std::nullopt, {1, 10'000'000});
  const double skew = reader.number("skew", 0, {0, 10});
  reader.finish();
  return group_shares(static_cast<std::size_t>(groups), skew);
}

}  // namespace

std::vector<double> group_shares(std::size_t groups, double skew) {
  std::vector<double> shares(groups);
  double sum = 0;
  for (std::size_t k = 0; k < groups; ++k) {
    sum += std::pow(static_cast<double>(k + 1), -skew);
    shares[k] = sum;
  }
  for (double& share : shares) {
    share /= sum;
  }
  return shares;
}

std::shared_ptr<const engine::EventSourceModel> read_sqs(ObjectReader& parameters,
                                                         const SourceContext& context) {
  SqsSettings settings;
  const bool is_fifo = parameters.has("fifo");
  settings.pollers_are_billed = parameters.has("provisioned");
  read_batches(parameters, is_fifo, settings);
  read_queue(parameters, context.function, settings);
  read_delivery(parameters, is_fifo, settings);
  if (is_fifo) {
    settings.groups = read_groups(parameters);
  }
  if (settings.pollers_are_billed) {
    refuse_scaling(parameters);
    read_provisioned(parameters, settings.message_size, settings.scaling);
  } else {
    read_scaling(parameters, settings.scaling);
  }
  if (context.is_for_many) {
    parameters.report_here("needs `invoke`: a queue is read for one function");
  }
  return std::make_shared<const Sqs>(std::move(settings));
}

}  // namespace lambdasim::models
