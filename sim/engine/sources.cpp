#include "sim/engine/sources.h"

#include "sim/core/check.h"

namespace lambdasim::engine {

Sources::Sources(const Setup& setup, RunKey key, const ArrivalBatches& arrivals, EventQueue& events)
    : warm_up_(core::kStartOfTime + setup.warm_up),
      horizon_(core::kStartOfTime + setup.horizon),
      events_(events),
      sent_(setup.arrivals.size()) {
  sources_.resize(setup.arrivals.size());
  for (std::uint32_t i = 0; i < setup.sources.size(); ++i) {
    if (setup.sources[i] == nullptr) {
      continue;
    }
    sources_[i] = setup.sources[i]->start(
        {key, arrivals.stream_key(i), core::kStartOfTime + setup.warm_up, i});
    any_ = true;
  }
}

void Sources::start() {
  for (std::uint32_t i = 0; any_ && i < sources_.size(); ++i) {
    if (sources_[i] != nullptr) {
      sources_[i]->start(outbox_);
      collect(i);
    }
  }
}

void Sources::offer(const Arrival& arrival, const core::InvocationNumbers& numbers,
                    std::uint32_t event) {
  sources_[arrival.stream]->offer(arrival, numbers, event, outbox_);
  collect(arrival.stream);
}

void Sources::offer_sent(const Arrival& arrival, const core::InvocationNumbers& numbers,
                         std::uint32_t event) {
  sent_[arrival.stream] += arrival.time >= warm_up_ ? 1 : 0;
  offer(arrival, numbers, event);
}

void Sources::wake(std::uint32_t index, core::SimTime now) {
  const Sleeper sleeper = sleepers_[index];
  sleepers_[index].token = free_;
  free_ = index;
  if (now < horizon_) {
    sources_[sleeper.source]->wake(now, sleeper.token, outbox_);
    collect(sleeper.source);
  }
}

void Sources::refused(const Request& request, Refusal why, core::SimTime now) {
  sources_[request.source]->refused(request, why, now, outbox_);
  LAMBDASIM_CHECK(outbox_.invocations.empty(), "a refused request is tried again at a wake");
  collect(request.source);
}

void Sources::ended(const Request& request, const InvocationRecord& record) {
  sources_[request.source]->ended(request, record, outbox_);
  LAMBDASIM_CHECK(outbox_.invocations.empty(), "the end of an invocation is not yet now");
  collect(request.source);
}

bool Sources::take(Invocation& next, core::SimTime now) {
  if (!asked_.take(next)) {
    return false;
  }
  next.request.arrival = now;
  return true;
}

void Sources::end_run() {
  for (std::uint32_t i = 0; any_ && i < sources_.size(); ++i) {
    if (sources_[i] != nullptr) {
      sources_[i]->end_run(horizon_, outbox_);
      collect(i);
    }
  }
}

std::vector<SourceTotals> Sources::finish() {
  std::vector<SourceTotals> totals;
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    totals.push_back(sources_[i] == nullptr ? SourceTotals{} : sources_[i]->finish(horizon_));
    totals.back().sent = sent_[i];
  }
  return totals;
}

void Sources::collect(std::uint32_t source) {
  for (Invocation& invocation : outbox_.invocations) {
    invocation.request.source = source;
    asked_.push(invocation);
  }
  outbox_.invocations.clear();
  for (const Outbox::Wake& wake : outbox_.wakes) {
    std::uint32_t index = free_;
    if (index == ~std::uint32_t{0}) {
      index = static_cast<std::uint32_t>(sleepers_.size());
      LAMBDASIM_CHECK(index < Event::kMostSlots, "event sources wait for too many moments");
      sleepers_.emplace_back();
    } else {
      free_ = sleepers_[index].token;
    }
    sleepers_[index] = {source, wake.token};
    events_.push(wake.time, EventKind::kWake, index);
  }
  outbox_.wakes.clear();
}

}  // namespace lambdasim::engine
