// What work costs that runs elsewhere than on Lambda: on Fargate, ECS on EC2, EC2, and Lambda
// Managed Instances, always on, scaled to the load, or started for each call.
//
// Pure arithmetic on a description of the work and dated figures (models/data/alternatives); the
// equations are in docs/model.md, "Alternatives". A price or size that is not known is a sentence
// in `why_not`, never a guess. Amounts are doubles: they rest on assumptions, so exact money would
// pretend.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/config/reader.h"
#include "sim/core/time.h"

namespace lambdasim::models {

/// A size that a Fargate task or an EC2 instance can have.
struct MachineSize {
  double vcpu = 0;
  std::int64_t memory_mb = 0;
};

/// How work is laid out, and what is offered in every region.
struct Sizing {
  std::string effective;
  std::string source;
  double month_s = 0;
  double utilisation = 0;
  double calls_at_once = 0;  ///< that share the memory of one worker
  core::Duration peak_window{0};
  double chance = 0;  ///< standard deviations of a count that are no peak
  double fargate_start_s = 0;
  double fargate_least_s = 0;
  std::int64_t fargate_free_storage_mb = 0;
  std::int64_t fargate_most_storage_mb = 0;
  std::vector<MachineSize> fargate_sizes;
  std::int64_t ec2_reserved_mb = 0;
  std::int64_t ecs_reserved_mb = 0;
  std::int64_t managed_reserved_mb = 0;
  double managed_surcharge = 0;
  double managed_usd_per_call = 0;
  double managed_least = 0;  ///< environments, on as many instances
  std::int64_t managed_least_mb = 0;
  std::int64_t managed_most_mb = 0;
  double managed_least_vcpu = 0;
  double managed_most_vcpu = 0;
  std::vector<double> managed_gb_per_vcpu;
  double managed_calls_per_vcpu = 0;
  std::int64_t managed_most_storage_mb = 0;
  double managed_longest_s = 0;
};

struct FargatePrice {
  double usd_per_vcpu_h = 0;
  double usd_per_gb_h = 0;
  std::optional<double> usd_per_storage_gb_h;
};

struct Instance {
  std::string name;
  bool arm64 = false;
  MachineSize size;
  double usd_per_h = 0;
};

/// What is known of one region; a region without figures has none of it.
struct RegionPrices {
  std::string region;
  std::string effective;  ///< date; empty: no figures
  std::string source;
  std::optional<FargatePrice> fargate_x86_64;
  std::optional<FargatePrice> fargate_arm64;
  std::vector<Instance> instances;
};

/// The work of one function.
struct Work {
  double calls_per_s = 0;
  double peak_factor = 1;  ///< rate at the peak over the mean rate
  double wait_s = 0;       ///< of a call, mean
  double cpu_s = 0;        ///< of a call on one core, mean
  double longest_s = 0;    ///< that a call may take
  double least_vcpu = 0;  ///< share of a vCPU it has on Lambda, at most 1: what runs it has no less
  std::int64_t memory_mb = 128;
  std::int64_t storage_mb = 512;
  bool arm64 = false;
};

enum class Host { kFargate, kEcs, kEc2, kManaged };
enum class Operation { kAlwaysOn, kScaled, kEachCall };

/// Equal machines that share the calls.
struct Fleet {
  std::string machine;
  MachineSize size;
  double calls_at_once = 0;  ///< a machine holds
  double call_s = 0;         ///< a call takes there, mean
  double calls_per_s = 0;    ///< a machine does at the planned utilisation
  double usd_per_h = 0;      ///< of a machine
  double usd_per_call = 0;
  double least = 1;  ///< machines
};

struct Alternative {
  Host host = Host::kFargate;
  Operation operation = Operation::kAlwaysOn;
  std::string why_not;  ///< empty: it is possible and priced
  Fleet fleet;          ///< of the size that is cheapest for this work
  double machines = 0;  ///< mean number
  double usd_per_month = 0;
};

/// Rates (calls a second) from which an alternative costs no more than Lambda.
struct BreakEven {
  double from = 0;    ///< at this rate
  double always = 0;  ///< and at every rate above; infinite: there is no such rate
};

std::string_view name_of(Host host);
std::string_view name_of(Operation operation);

/// Machines that calls of this mean rate need.
double machines_for(const Fleet& fleet, Operation operation, double calls_per_s,
                    double peak_factor);
double usd_per_month(const Fleet& fleet, Operation operation, double calls_per_s,
                     double peak_factor, double month_s);

/// Every way of running the work elsewhere, each with the machine that makes it cheapest.
std::vector<Alternative> alternatives(const Sizing& sizing, const RegionPrices& prices,
                                      const Work& work);

/// Where the alternative, on its machine and with its peak factor, meets Lambda at a price a call.
/// Lambda's cost is proportional to the rate (first tier, no free tier). None: it is always dearer.
std::optional<BreakEven> break_even(const Alternative& alternative, double peak_factor,
                                    double lambda_usd_per_call);

/// The figures that are built in.
const Sizing& default_sizing();
/// The figures, overridden by the keys of a scenario's section `alternatives`.
Sizing read_sizing(config::ObjectReader& section);
RegionPrices alternative_prices(std::string_view region);

}  // namespace lambdasim::models
