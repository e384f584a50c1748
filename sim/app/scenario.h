// A scenario as it holds for one design: checked, complete, immutable. One reading pass makes both
// this value and the resolved YAML; app::assemble needs no second look at the tree.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/pricing/alternatives.h"
#include "models/pricing/price_table.h"
#include "models/pricing/usage.h"
#include "models/workflow/machine.h"
#include "sim/config/node.h"
#include "sim/engine/setup.h"

namespace lambdasim::app {

/// The most that Lambda gives a function (AWS Lambda quotas, 2026; documented).
inline constexpr std::int64_t kMostMemoryMb = 10240;
inline constexpr std::int64_t kMostStorageMb = 10240;
inline constexpr core::Duration kMostTimeout = std::chrono::seconds{900};

enum class Records { kAll, kSample, kNone };

struct OutputSettings {
  Records records = Records::kAll;
  std::uint64_t sample_every = 1;  ///< 1/n of the invocations, of kSample
  std::size_t timeline_bins = 0;   ///< 0: none
  bool contexts = true;            ///< the table of execution contexts
};

/// What a function costs and how it is described, beside engine::FunctionSetup; same order.
struct FunctionBilling {
  std::string runtime;
  std::string architecture;  ///< x86_64 or arm64
  std::string package;       ///< zip or image
  std::int64_t storage_mb = 512;
  models::FrontDoor front_door = models::FrontDoor::kNone;
  std::int64_t payload_bytes = 0;
  std::int64_t response_bytes = 0;
  bool streamed = false;                     ///< the response
  std::int64_t log_bytes = 0;                ///< of a call
  std::int64_t nano_usd_per_instance_h = 0;  ///< of a managed instance
  bool snapshots_are_free = false;           ///< SnapStart of Java
  config::Location timeout_at;               ///< where it is set, for messages

  /// What a response that ends well adds to the bill of streaming.
  std::int64_t billed_stream_bytes() const {
    return streamed ? models::billing_rules().billed_response_bytes(response_bytes) : 0;
  }
};

/// What stands between an entry of the workload and what it invokes; same order as Setup::sources.
struct SourceSettings {
  std::string kind;  ///< as scenarios write it
  models::SourceCharge charge = models::SourceCharge::kNone;
  std::optional<core::FunctionId> function;  ///< none when there are several
  std::optional<core::FunctionId> payer;     ///< whose bill has its pollers: the first of them
  std::optional<std::uint32_t> workflow{};   ///< that it starts: index into Design::workflows
  std::string name{};                        ///< of the entry; empty: none
  bool has_arrivals = true;                  ///< else all its events are sent by steps
};

/// The customer managed keys of KMS that a design pays for.
struct KmsKeys {
  core::BackendId backend;
  std::uint64_t keys = 1;
  std::optional<core::FunctionId> payer;  ///< the first function that asks it
};

/// A value beyond what Lambda gives: a mistake, but one that tells what is wanted.
struct BeyondLambda {
  config::Location where;
  std::string path;
};

/// The critical path of a program that is a graph: by mean step times at full CPU speed.
struct ProgramPath {
  std::string program;  ///< `get_user handler`
  std::string steps;    ///< `parse -> orders -> step 4`
  double length_ns = 0;
  double work_ns = 0;              ///< of all steps
  bool has_recorded = false;       ///< steps take what a trace recorded, which is not counted
  bool has_others = false;         ///< steps take what calls and files take, which is not counted
  std::vector<std::size_t> items;  ///< of the list of steps, in order of the path
  std::vector<double> times_ns;    ///< mean, by item of the list of steps
};

/// One design of a scenario.
struct Design {
  std::string name;
  engine::Setup setup;
  std::vector<FunctionBilling> billing;
  std::vector<SourceSettings> sources;
  std::vector<std::shared_ptr<const models::Workflow>> workflows;
  std::optional<KmsKeys> kms;
  models::PriceTable prices;
  std::string resolved_yaml;
  std::vector<BeyondLambda> beyond;
  std::vector<std::string> idle_functions;        ///< that nothing invokes in this design
  std::vector<core::FunctionId> entry_functions;  ///< that the workload or a workflow invokes
  config::Location workload_at;                   ///< for messages
  std::vector<ProgramPath> critical_paths;
};

struct Scenario {
  std::string file;
  std::string name;
  std::string given_yaml;  ///< the file as it was given
  std::uint64_t seed = 1;
  std::uint32_t replications = 5;
  OutputSettings output;
  models::Sizing sizing;        ///< of the alternatives to Lambda
  std::vector<Design> designs;  ///< at least one; "base" when the scenario names none
  std::vector<std::string> warnings;
};

/// `path=value` of --set; the value is YAML.
struct Override {
  std::string path;
  std::string value;
};

/// Thrown when nothing is wrong but that functions ask for more than Lambda gives. The scenario
/// holds what they ask for, so that it can be priced elsewhere; it must not be simulated.
class DoesNotFit : public config::InvalidInput {
 public:
  DoesNotFit(std::vector<config::Diagnostic> diagnostics, Scenario scenario)
      : InvalidInput(std::move(diagnostics)),
        scenario_(std::make_shared<const Scenario>(std::move(scenario))) {}
  const Scenario& scenario() const { return *scenario_; }

 private:
  std::shared_ptr<const Scenario> scenario_;
};

/// A design that differs from another one by a single value, laid over everything else.
struct Variant {
  std::string name;
  Override change;
};

/// Reads, overlays, checks and assembles every design of a scenario file.
/// @param overrides laid over the file, under the designs' own values
/// @throws config::InvalidInput (or DoesNotFit) with every mistake at once; config::NoInput when
/// there is no file
Scenario read_scenario(const std::string& path, const std::vector<Override>& overrides = {});

/// The same, but the designs are variants of one of them.
/// @param design a design of the file, or "base" when it names none
Scenario read_variants(const std::string& path, const std::vector<Override>& overrides,
                       const std::string& design, const std::vector<Variant>& variants);

}  // namespace lambdasim::app
