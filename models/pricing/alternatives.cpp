#include "models/pricing/alternatives.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace lambdasim::models {
namespace {

constexpr double kMbAGb = 1024.0;
constexpr double kSecondsAnHour = 3600.0;

double gb(std::int64_t mb) {
  return static_cast<double>(mb) / kMbAGb;
}

double fitting(std::int64_t available, std::int64_t each) {
  const std::int64_t count = available < each ? 0 : available / each;
  return static_cast<double>(count);
}

/// Fills what a machine does from how many calls it holds and the vCPUs that serve them.
void set_capacity(Fleet& fleet, const Work& work, double calls_at_once, double vcpu,
                  double utilisation) {
  fleet.calls_at_once = calls_at_once;
  fleet.call_s = work.wait_s + work.cpu_s / std::min(1.0, vcpu);
  fleet.calls_per_s = utilisation * std::min(calls_at_once / fleet.call_s, vcpu / work.cpu_s);
}

std::string no_figure(const RegionPrices& prices, std::string_view what, bool arm64) {
  return fmt::format("no figure known for {} ({} {})", prices.region, what,
                     arm64 ? "arm64" : "x86_64");
}

/// The machines one host has for the work, or why there is none.
struct Candidates {
  std::vector<Fleet> fleets;
  std::string why_not;
};

class Planner {
 public:
  Planner(const Sizing& sizing, const RegionPrices& prices, const Work& work)
      : sizing_(sizing), prices_(prices), work_(work) {}

  Candidates fargate(bool one_call_a_task) const {
    const auto& price = work_.arm64 ? prices_.fargate_arm64 : prices_.fargate_x86_64;
    if (!price) {
      return {{}, no_figure(prices_, "Fargate", work_.arm64)};
    }
    if (work_.storage_mb > sizing_.fargate_free_storage_mb && !price->usd_per_storage_gb_h) {
      return {{}, no_figure(prices_, "storage of Fargate", work_.arm64)};
    }
    Candidates found;
    for (const MachineSize& size : sizing_.fargate_sizes) {
      double workers = std::min(fitting(size.memory_mb, work_.memory_mb),
                                fitting(sizing_.fargate_most_storage_mb, work_.storage_mb));
      workers = one_call_a_task ? std::min(workers, 1.0) : workers;
      if (workers < 1 || size.vcpu < work_.least_vcpu) {
        continue;
      }
      found.fleets.push_back(task(size, *price, workers, one_call_a_task));
      const double free = fitting(sizing_.fargate_free_storage_mb, work_.storage_mb);
      if (const double fewer = std::max(1.0, free); fewer < workers) {
        found.fleets.push_back(task(size, *price, fewer, one_call_a_task));
      }
    }
    found.why_not = "no task is large enough";
    return found;
  }

  Candidates ec2() const {
    return instances(sizing_.ec2_reserved_mb, [this](const Instance& instance, double workers) {
      return fleet_of(instance, workers * sizing_.calls_at_once);
    });
  }

  /// A task is one worker: memory and vCPUs are packed, both in whole tasks.
  Candidates ecs() const {
    const double call_s = work_.wait_s + work_.cpu_s;
    const double used = call_s > 0 ? sizing_.calls_at_once * work_.cpu_s / call_s : 0.0;
    const double vcpu_of_task = std::max(work_.least_vcpu, used);
    return instances(sizing_.ecs_reserved_mb, [=, this](const Instance& instance, double workers) {
      const double by_vcpu = std::floor(instance.size.vcpu / vcpu_of_task * (1 + 1e-9));
      return fleet_of(instance, std::min(workers, by_vcpu) * sizing_.calls_at_once);
    });
  }

  Candidates managed() const {
    if (work_.memory_mb > sizing_.managed_most_mb) {
      return {{}, fmt::format("at most {:g} GB of memory", gb(sizing_.managed_most_mb))};
    }
    if (work_.storage_mb > sizing_.managed_most_storage_mb) {
      return {{},
              fmt::format("no more than {:g} GB of /tmp are known to be allowed",
                          gb(sizing_.managed_most_storage_mb))};
    }
    if (work_.longest_s > sizing_.managed_longest_s) {
      return {{}, fmt::format("a call may take at most {:g} min", sizing_.managed_longest_s / 60)};
    }
    Candidates found = instances(sizing_.managed_reserved_mb, {});
    if (found.why_not.empty()) {
      for (const Instance& instance : prices_.instances) {
        for (const double gb_per_vcpu : sizing_.managed_gb_per_vcpu) {
          add_managed(instance, gb_per_vcpu, found.fleets);
        }
      }
      found.why_not = "no instance that is known is large enough";
    }
    return found;
  }

 private:
  Fleet task(const MachineSize& size, const FargatePrice& price, double workers,
             bool one_call) const {
    Fleet fleet{.machine = fmt::format("{:g} vCPU, {:g} GB", size.vcpu, gb(size.memory_mb)),
                .size = size};
    const double storage_mb = workers * static_cast<double>(work_.storage_mb);
    const double paid_gb =
        std::max(0.0, storage_mb - static_cast<double>(sizing_.fargate_free_storage_mb)) / kMbAGb;
    const double usd_per_h = size.vcpu * price.usd_per_vcpu_h +
                             gb(size.memory_mb) * price.usd_per_gb_h +
                             paid_gb * price.usd_per_storage_gb_h.value_or(0);
    if (!one_call) {
      fleet.usd_per_h = usd_per_h;
      set_capacity(fleet, work_, workers * sizing_.calls_at_once, size.vcpu, sizing_.utilisation);
      return fleet;
    }
    fleet.least = 0;
    fleet.calls_at_once = 1;
    fleet.call_s = sizing_.fargate_start_s + work_.wait_s + work_.cpu_s / std::min(1.0, size.vcpu);
    fleet.calls_per_s = 1 / fleet.call_s;
    fleet.usd_per_call =
        std::max(sizing_.fargate_least_s, fleet.call_s) / kSecondsAnHour * usd_per_h;
    return fleet;
  }

  Fleet fleet_of(const Instance& instance, double calls_at_once) const {
    Fleet fleet{.machine = instance.name, .size = instance.size, .usd_per_h = instance.usd_per_h};
    set_capacity(fleet, work_, calls_at_once, instance.size.vcpu, sizing_.utilisation);
    return fleet;
  }

  using Make = std::function<Fleet(const Instance&, double workers)>;

  Candidates instances(std::int64_t reserved_mb, const Make& make) const {
    const auto is_usable = [this](const Instance& of) { return of.arm64 == work_.arm64; };
    if (std::none_of(prices_.instances.begin(), prices_.instances.end(), is_usable)) {
      return {{}, no_figure(prices_, "EC2", work_.arm64)};
    }
    Candidates found;
    for (const Instance& instance : prices_.instances) {
      const double workers = fitting(instance.size.memory_mb - reserved_mb, work_.memory_mb);
      if (make && is_usable(instance) && workers >= 1 && instance.size.vcpu >= work_.least_vcpu) {
        Fleet fleet = make(instance, workers);
        if (fleet.calls_at_once >= 1) {
          found.fleets.push_back(std::move(fleet));
        }
      }
    }
    found.why_not = make ? "no instance that is known is large enough" : "";
    return found;
  }

  /// An environment holds as many workers as its memory, and calls up to a limit a vCPU.
  void add_managed(const Instance& instance, double gb_per_vcpu, std::vector<Fleet>& fleets) const {
    const auto least_mb =
        static_cast<std::int64_t>(std::llround(gb_per_vcpu * sizing_.managed_least_vcpu * kMbAGb));
    const std::int64_t memory_mb = std::max({work_.memory_mb, sizing_.managed_least_mb, least_mb});
    const double vcpu = gb(memory_mb) / gb_per_vcpu;
    const double environments =
        std::min(fitting(instance.size.memory_mb - sizing_.managed_reserved_mb, memory_mb),
                 std::floor(instance.size.vcpu / vcpu * (1 + 1e-9)));
    if (instance.arm64 != work_.arm64 || environments < 1 || vcpu > sizing_.managed_most_vcpu) {
      return;
    }
    const double calls = std::min(sizing_.calls_at_once * fitting(memory_mb, work_.memory_mb),
                                  std::floor(sizing_.managed_calls_per_vcpu * vcpu));
    Fleet fleet{.machine = fmt::format("{}, {:g}:1", instance.name, gb_per_vcpu),
                .size = instance.size,
                .usd_per_h = instance.usd_per_h * (1 + sizing_.managed_surcharge),
                .usd_per_call = sizing_.managed_usd_per_call,
                .least = sizing_.managed_least};
    set_capacity(fleet, work_, environments * calls, environments * vcpu, sizing_.utilisation);
    fleets.push_back(std::move(fleet));
  }

  const Sizing& sizing_;
  const RegionPrices& prices_;
  const Work& work_;
};

Alternative cheapest(Host host, Operation operation, const Candidates& candidates,
                     const Sizing& sizing, const Work& work) {
  Alternative best{host, operation, candidates.why_not, {}, 0, 0};
  double least = std::numeric_limits<double>::infinity();
  for (const Fleet& fleet : candidates.fleets) {
    const double usd =
        usd_per_month(fleet, operation, work.calls_per_s, work.peak_factor, sizing.month_s);
    if (usd < least * (1 - 1e-12)) {
      least = usd;
      best.why_not.clear();
      best.fleet = fleet;
      best.usd_per_month = usd;
    }
  }
  if (best.why_not.empty()) {
    best.machines = machines_for(best.fleet, operation, work.calls_per_s, work.peak_factor);
  }
  return best;
}

}  // namespace

std::vector<Alternative> alternatives(const Sizing& sizing, const RegionPrices& prices,
                                      const Work& work) {
  const Planner plan(sizing, prices, work);
  std::vector<Alternative> all;
  const auto add = [&](Host host, const Candidates& candidates) {
    for (const Operation operation : {Operation::kAlwaysOn, Operation::kScaled}) {
      all.push_back(cheapest(host, operation, candidates, sizing, work));
    }
  };
  add(Host::kFargate, plan.fargate(false));
  all.push_back(cheapest(Host::kFargate, Operation::kEachCall, plan.fargate(true), sizing, work));
  add(Host::kEcs, plan.ecs());
  add(Host::kEc2, plan.ec2());
  add(Host::kManaged, plan.managed());
  return all;
}

}  // namespace lambdasim::models
