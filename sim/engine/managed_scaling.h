// How many contexts of managed instances there are: decided at intervals by the use that was made
// of them, launched with a delay, withdrawn when fewer have done for long enough.
#pragma once

#include "sim/engine/managed.h"

namespace lambdasim::engine {

/// What was used since the last look, as a share of what there is now, decides how many contexts
/// there are to be.
template <Recorder R>
void Managed<R>::look(core::FunctionId id, core::SimTime now) {
  Group& group = *groups_[id.value];
  const ManagedInstances& managed = *functions_[id.value].setup->managed;
  count_use(group, now);
  const double seconds = core::seconds_of(managed.period);
  const double by_requests = group.request_s / seconds / managed.requests_per_context;
  const double by_cores = group.core_s / seconds / managed.vcpus;
  group.request_s = group.core_s = 0;
  const double used = std::min<double>(std::max(by_requests, by_cores), group.ready);
  const auto needed = std::clamp(static_cast<std::uint32_t>(std::ceil(used / managed.utilization)),
                                 managed.minimum, managed.maximum);
  if (needed >= group.wanted) {
    group.low = group.most_of_low = 0;
    launch(id, needed - group.wanted, now);
    return;
  }
  group.most_of_low = std::max(group.most_of_low, needed);
  if (++group.low >= managed.scale_in_after) {
    withdraw(id, group.wanted - group.most_of_low, now);
    group.low = group.most_of_low = 0;
  }
}

template <Recorder R>
void Managed<R>::launch(core::FunctionId id, std::uint32_t contexts, core::SimTime now) {
  Group& group = *groups_[id.value];
  const ManagedInstances& managed = *functions_[id.value].setup->managed;
  for (std::uint32_t i = 0; i < contexts; ++i) {
    core::KeyedEngine engine =
        group.stream.invocation(group.launched++).engine(core::Purpose::kLaunch);
    announce(now + managed.launch.sample_duration(engine), {StepKind::kLaunched, id});
  }
  group.wanted += contexts;
  count_instances(id, now);
}

/// The contexts with the fewest requests take no more; each ends when it has none. Those that are
/// still being launched come nevertheless.
template <Recorder R>
void Managed<R>::withdraw(core::FunctionId id, std::uint32_t contexts, core::SimTime now) {
  Group& group = *groups_[id.value];
  count_use(group, now);
  std::uint32_t left = std::min(contexts, group.ready);
  for (std::vector<Slot>& peers : group.by_requests) {
    for (; left > 0 && !peers.empty(); --left) {
      const Slot slot = peers.back();
      peers.pop_back();
      --group.ready;
      --group.wanted;
      if (members_[slot].requests == 0) {
        contexts_.withdraw_shared(functions_[id.value], slot, now);
      } else {
        members_[slot].is_leaving = true;
        ++group.leaving;
      }
    }
  }
  count_instances(id, now);
}

/// An instance is paid for from the decision to launch it until its last context has ended.
template <Recorder R>
void Managed<R>::count_instances(core::FunctionId id, core::SimTime now) {
  Group& group = *groups_[id.value];
  const ManagedInstances& managed = *functions_[id.value].setup->managed;
  const std::uint32_t instances =
      managed.instances_for(group.wanted + group.leaving, managed.contexts_per_instance);
  if (instances != group.instances) {
    recorder_.provisioned(id, group.instances, group.instances_since, now);
    group.instances = instances;
    group.instances_since = now;
  }
}

}  // namespace lambdasim::engine
