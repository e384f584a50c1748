// Managed instances: contexts that serve several requests at once, so many as scaling has decided.
//
// No request starts a context or waits for one. The router gives it to the context with the fewest
// requests; one whose vCPUs are in demand up to the limit sends it on to another, and a request
// that none takes is refused. Scaling looks at the use of requests and vCPUs every period and aims
// at a utilisation well below 1: what is left is the headroom for growth, because a context that it
// decides to start takes its time to launch. So growth by more than 1 / utilisation within that
// time is refused.
//
// This is the router and what runs in a context; how many contexts there are to be is in
// managed_scaling.h. A handler is evaluated at dispatch, under the demand for vCPUs that it finds:
// when more is asked for than there are, its CPU time takes longer in proportion. Later arrivals do
// not slow it.
#pragma once

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <vector>

#include "sim/engine/contexts.h"
#include "sim/engine/function_state.h"
#include "sim/engine/hosts.h"

namespace lambdasim::engine {

/// A CPU model that also counts what is asked of it; good for one evaluation.
class MeteredCpu final : public CpuModel {
 public:
  explicit MeteredCpu(const CpuModel& of) : of_(&of) {}
  core::Duration run(CpuState& state, core::Duration cpu_time,
                     std::uint32_t threads) const override {
    asked_ += cpu_time;
    return of_->run(state, cpu_time, threads);
  }
  core::Duration run_until(CpuState& state, core::Duration cpu_time, std::uint32_t threads,
                           core::Duration until) const override {
    const core::Duration done = of_->run_until(state, cpu_time, threads, until);
    asked_ += done;
    return done;
  }
  core::Duration asked() const { return asked_; }

 private:
  const CpuModel* of_;
  mutable core::Duration asked_{0};
};

template <Recorder R>
class Managed {
 public:
  Managed(const Setup& setup, RunKey key, std::vector<FunctionState>& functions,
          Contexts<R>& contexts, EventQueue& events, R& recorder);

  /// What was launched before the run is there.
  void start();
  /// A context joins, or it is time to look at the use.
  void step(std::uint32_t index, core::SimTime now);
  /// The context that takes a request; kNoSlot when none has room.
  Slot take(core::FunctionId id, core::SimTime now);
  /// Evaluates a handler among the others in its context.
  HandlerRun run(const FunctionState& function, Slot slot, const Call& call);
  /// The request that take() found a context for stays in it until then.
  void hold(Slot slot, core::SimTime until);
  /// A request has left its context.
  void release(std::uint32_t index, core::SimTime now);
  void finish(core::SimTime horizon);

 private:
  enum class StepKind : std::uint8_t { kLook, kLaunched, kJoin };
  struct Step {
    StepKind kind;
    core::FunctionId function;
    Slot slot = kNoSlot;
  };
  /// A request in a shared context.
  struct Running {
    Slot slot = kNoSlot;
    std::uint32_t closing_connections = 0;
    double cores = 0;  ///< that it keeps busy, mean
  };
  /// What is known of a shared context, by slot.
  struct Member {
    std::uint32_t requests = 0;
    std::uint32_t position = 0;  ///< among those with as many requests
    double cores = 0;
    double next_cores = 0;  ///< of the request that it was just evaluated for
    core::SimTime busy_since;
    bool is_leaving = false;
  };
  struct Group {
    core::RandomStream stream;
    std::vector<std::vector<Slot>> by_requests;  ///< contexts that take requests
    std::uint32_t ready = 0;                     ///< how many these are
    std::uint32_t wanted = 0;                    ///< and will be when all that was decided is done
    std::uint32_t created = 0;
    std::uint32_t launched = 0;
    std::uint32_t low = 0;          ///< looks in a row that needed fewer
    std::uint32_t most_of_low = 0;  ///< the most that one of them needed
    std::uint32_t leaving = 0;      ///< withdrawn, and still busy
    std::uint32_t instances = 0;
    core::SimTime instances_since;
    // Sums over the contexts that take requests or are leaving, and their integrals over time since
    // the last look.
    double requests = 0;
    double cores = 0;
    double request_s = 0;
    double core_s = 0;
    core::SimTime counted;
  };

  void announce(core::SimTime time, const Step& step) {
    events_.push(time, EventKind::kScale, static_cast<std::uint32_t>(steps_.size()));
    steps_.push_back(step);
  }
  core::InvocationNumbers next_numbers(Group& group) {
    return group.stream.invocation(group.created++);
  }
  Member& member(Slot slot) {
    if (slot >= members_.size()) {
      members_.resize(slot + 1);
    }
    return members_[slot];
  }
  void join(core::FunctionId id, Slot slot);
  void list(Group& group, Slot slot);
  void unlist(Group& group, Slot slot);
  void look(core::FunctionId id, core::SimTime now);
  void launch(core::FunctionId id, std::uint32_t contexts, core::SimTime now);
  void withdraw(core::FunctionId id, std::uint32_t contexts, core::SimTime now);
  void count_instances(core::FunctionId id, core::SimTime now);
  static void count_use(Group& group, core::SimTime now);

  const Setup& setup_;
  RunKey key_;
  std::vector<FunctionState>& functions_;
  Contexts<R>& contexts_;
  EventQueue& events_;
  R& recorder_;
  std::vector<std::optional<Group>> groups_;  // by function; empty: no function is managed
  std::vector<Member> members_;               // by slot
  std::vector<Running> running_;
  std::vector<std::uint32_t> unused_;  // of running_
  std::vector<Step> steps_;
};

template <Recorder R>
Managed<R>::Managed(const Setup& setup, RunKey key, std::vector<FunctionState>& functions,
                    Contexts<R>& contexts, EventQueue& events, R& recorder)
    : setup_(setup),
      key_(key),
      functions_(functions),
      contexts_(contexts),
      events_(events),
      recorder_(recorder) {
  for (std::size_t f = 0; f < setup.functions.size(); ++f) {
    const FunctionSetup& function = setup.functions[f];
    if (!function.managed) {
      continue;
    }
    LAMBDASIM_CHECK(!setup.fleet && !function.provisioned && !function.tenants, function.name);
    groups_.resize(setup.functions.size());
    Group& group = groups_[f].emplace();
    group.stream = {key.seed, key.replication, core::hash_name("managed/" + function.name)};
    group.by_requests.resize(function.managed->requests_per_context + 1);
  }
}

template <Recorder R>
void Managed<R>::start() {
  for (std::uint32_t f = 0; f < groups_.size(); ++f) {
    if (!groups_[f]) {
      continue;
    }
    const core::FunctionId id{f};
    Group& group = *groups_[f];
    const ManagedInstances& managed = *functions_[f].setup->managed;
    for (std::uint32_t i = 0; i < managed.at_start; ++i) {
      join(id, contexts_.start_shared(functions_[f], id, next_numbers(group), core::kStartOfTime,
                                      true));
    }
    group.wanted = managed.at_start;
    count_instances(id, core::kStartOfTime);
    announce(core::kStartOfTime + managed.period, {StepKind::kLook, id});
  }
}

template <Recorder R>
void Managed<R>::step(std::uint32_t index, core::SimTime now) {
  const Step step = steps_[index];
  FunctionState& function = functions_[step.function.value];
  Group& group = *groups_[step.function.value];
  switch (step.kind) {
    case StepKind::kLook:
      look(step.function, now);
      events_.push(now + function.setup->managed->period, EventKind::kScale, index);
      break;
    case StepKind::kLaunched: {
      const Slot slot =
          contexts_.start_shared(function, step.function, next_numbers(group), now, false);
      announce(contexts_.history(slot).ready(), {StepKind::kJoin, step.function, slot});
      break;
    }
    case StepKind::kJoin:
      if (contexts_[step.slot].needs_init) {
        contexts_.lose_globals(function, step.slot, now);
      }
      join(step.function, step.slot);
      break;
  }
}

template <Recorder R>
void Managed<R>::join(core::FunctionId id, Slot slot) {
  Group& group = *groups_[id.value];
  member(slot) = {};
  list(group, slot);
  ++group.ready;
}

template <Recorder R>
void Managed<R>::list(Group& group, Slot slot) {
  std::vector<Slot>& peers = group.by_requests[members_[slot].requests];
  members_[slot].position = static_cast<std::uint32_t>(peers.size());
  peers.push_back(slot);
}

template <Recorder R>
void Managed<R>::unlist(Group& group, Slot slot) {
  const Member& leaving = members_[slot];
  std::vector<Slot>& peers = group.by_requests[leaving.requests];
  peers[leaving.position] = peers.back();
  members_[peers.back()].position = leaving.position;
  peers.pop_back();
}

template <Recorder R>
Slot Managed<R>::take(core::FunctionId id, core::SimTime now) {
  Group& group = *groups_[id.value];
  const ManagedInstances& managed = *functions_[id.value].setup->managed;
  const double most_cores = managed.cpu_limit * managed.vcpus;
  for (std::uint32_t requests = 0; requests < managed.requests_per_context; ++requests) {
    for (const Slot slot : group.by_requests[requests]) {
      Member& taken = members_[slot];
      if (taken.cores >= most_cores) {
        continue;
      }
      count_use(group, now);
      unlist(group, slot);
      ++taken.requests;
      list(group, slot);
      if (taken.requests == 1) {
        taken.busy_since = now;
      } else {
        contexts_[slot].idle_since = now;  // it was not idle
      }
      return slot;
    }
  }
  return kNoSlot;
}

template <Recorder R>
HandlerRun Managed<R>::run(const FunctionState& function, Slot slot, const Call& call) {
  const Context& context = contexts_[slot];
  const CpuModel& cpu = *function.setup->cpu;
  const double vcpus = function.setup->managed->vcpus;
  const MeteredCpu metered(cpu);
  const HandlerRun alone = function.evaluator.under(metered).handler(
      call, context.made, context.is_first_call, core::Duration{0});
  const double cores = alone.duration.count() == 0
                           ? 0.0
                           : static_cast<double>(metered.asked().count()) /
                                 static_cast<double>(alone.duration.count());
  Member& host = members_[slot];
  host.next_cores = std::min(cores, vcpus);
  const double demand = host.cores + host.next_cores;
  if (demand <= vcpus) {
    return alone;
  }
  const SlowedCpu slowed(cpu, demand / vcpus);
  return function.evaluator.under(slowed).handler(call, context.made, context.is_first_call,
                                                  core::Duration{0});
}

template <Recorder R>
void Managed<R>::hold(Slot slot, core::SimTime until) {
  if (unused_.empty()) {
    unused_.push_back(static_cast<std::uint32_t>(running_.size()));
    running_.emplace_back();
  }
  const std::uint32_t index = unused_.back();
  unused_.pop_back();
  Context& context = contexts_[slot];
  Member& host = members_[slot];
  running_[index] = {slot, context.closing_connections, host.next_cores};
  context.closing_connections = 0;
  host.cores += host.next_cores;
  Group& group = *groups_[context.function.value];
  group.requests += 1;
  group.cores += host.next_cores;
  host.next_cores = 0;
  events_.push(until, EventKind::kReleased, index);
}

template <Recorder R>
void Managed<R>::release(std::uint32_t index, core::SimTime now) {
  const Running ended = running_[index];
  unused_.push_back(index);
  Context& context = contexts_[ended.slot];
  Member& host = members_[ended.slot];
  Group& group = *groups_[context.function.value];
  FunctionState& function = functions_[context.function.value];
  count_use(group, now);
  group.requests -= 1;
  group.cores -= ended.cores;
  function.connections -= ended.closing_connections;
  --function.in_flight;
  if (!host.is_leaving) {
    unlist(group, ended.slot);
  }
  --host.requests;
  host.cores = host.requests == 0 ? 0.0 : host.cores - ended.cores;
  if (!host.is_leaving) {
    list(group, ended.slot);
  }
  if (host.requests == 0) {
    context.busy += now - host.busy_since;
    context.idle_since = now;
    if (host.is_leaving) {
      const core::FunctionId id = context.function;
      --group.leaving;
      contexts_.withdraw_shared(function, ended.slot, now);
      count_instances(id, now);
    }
  }
}

template <Recorder R>
void Managed<R>::count_use(Group& group, core::SimTime now) {
  const double passed = core::seconds_of(now - group.counted);
  group.request_s += group.requests * passed;
  group.core_s += group.cores * passed;
  group.counted = now;
}

template <Recorder R>
void Managed<R>::finish(core::SimTime horizon) {
  for (std::uint32_t f = 0; f < groups_.size(); ++f) {
    if (groups_[f]) {
      const core::FunctionId id{f};
      contexts_.end_shared(functions_[f], id, horizon);
      recorder_.provisioned(id, groups_[f]->instances, groups_[f]->instances_since, horizon);
    }
  }
}

}  // namespace lambdasim::engine

#include "sim/engine/managed_scaling.h"
