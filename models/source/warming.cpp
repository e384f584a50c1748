#include "models/source/warming.h"

namespace lambdasim::models {
namespace {

using engine::InvocationRecord;
using engine::Outbox;
using engine::Request;
using engine::SourceTotals;

class Pings final : public engine::EventSource {
 public:
  explicit Pings(core::SimTime warm_up) : warm_up_(warm_up) {}

  void offer(const engine::Arrival& arrival, const core::InvocationNumbers& numbers,
             std::uint32_t event, Outbox& outbox) override {
    const bool counts = arrival.time >= warm_up_;
    totals_.events += counts ? 1 : 0;
    totals_.attempts += counts ? 1 : 0;
    totals_.invocations += counts ? 1 : 0;
    outbox.invoke(arrival.function, {.numbers = numbers.key(),
                                     .recorded = arrival.recorded,
                                     .event = event,
                                     .ticket = counts ? kCounted : kNotCounted,
                                     .is_ping = true});
  }
  void wake(core::SimTime, std::uint32_t, Outbox&) override {}
  void refused(const Request& request, engine::Refusal, core::SimTime, Outbox&) override {
    totals_.throttled += request.ticket == kCounted ? 1 : 0;
    totals_.discarded += request.ticket == kCounted ? 1 : 0;
  }
  void ended(const Request& request, const InvocationRecord& record, Outbox&) override {
    if (request.ticket != kCounted) {
      return;
    }
    totals_.count_ended(record);
    if (record.outcome == engine::Outcome::kOk) {
      totals_.count_handled(record.latency());
    } else {
      ++totals_.failed;
      ++totals_.discarded;
    }
  }
  SourceTotals finish(core::SimTime) override { return totals_; }

 private:
  static constexpr std::uint32_t kNotCounted = 0;
  static constexpr std::uint32_t kCounted = 1;

  core::SimTime warm_up_;
  SourceTotals totals_;
};

class Warming final : public engine::EventSourceModel {
 public:
  std::unique_ptr<engine::EventSource> start(const engine::SourceRun& run) const override {
    return std::make_unique<Pings>(run.warm_up);
  }
  bool takes_sent() const override { return false; }
};

}  // namespace

const About kWarmingAbout{
    "warming",
    "pings that keep contexts warm",
    "Every arrival is one invocation that runs the function's `ping` steps instead of its handler. "
    "Pings that come at once reach as many contexts as there are only if each keeps its context "
    "busy until the last has come; others find the same one, most recently used first, again. They "
    "are billed as any call, and kept apart from the calls of users in every count of latency and "
    "cold starts.",
    "what warming plug-ins do: a schedule, and a handler that answers a known payload at once "
    "[practice]",
    {}};

std::shared_ptr<const engine::EventSourceModel> read_warming(config::ObjectReader& parameters,
                                                             const SourceContext& context) {
  if (context.function != nullptr && context.function->ping.empty()) {
    parameters.report_here(
        "the function has no `ping` steps: what its handler does when it is "
        "pinged, for example ping: [{wait: 75 ms}]");
  }
  return std::make_shared<const Warming>();
}

}  // namespace lambdasim::models
