// How the parts of a scenario are read; scenario_design.cpp puts them together. Each part is read
// from its keys of the root in one pass, which also notes the resolved values.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/app/scenario.h"
#include "sim/app/scenario_backends.h"
#include "sim/app/scenario_tree.h"
#include "sim/app/step_links.h"
#include "sim/config/reader.h"

namespace lambdasim::app {

/// What is odd but not wrong, each with its place.
class Warnings {
 public:
  void add(const config::Location& where, const std::string& path, const std::string& message);
  const std::vector<std::string>& all() const { return all_; }

 private:
  std::vector<std::string> all_;
};

/// What the steps of a function may name, while its programs are read.
struct StepNames {
  BackendNames* backends = nullptr;
  std::map<std::string, core::ResourceId, std::less<>> resources;
  std::vector<std::optional<core::BackendId>> backend_of;  ///< by resource
  std::vector<bool> used;                                  ///< by resource
  std::map<std::string, core::FileId, std::less<>> files;
  std::vector<std::string> functions;       ///< all of the scenario, by FunctionId
  std::vector<engine::FunctionCall> calls;  ///< that were read
  std::vector<std::string> entries;         ///< of the workload, by number; empty: without a name
  std::vector<engine::FunctionSend> sends;  ///< that were read
};

/// Whose steps they are, which says what they may be.
enum class StepsOf {
  kTimes,    ///< of anything that only takes CPU time and time
  kInit,     ///< static code: no resources, which are made after it
  kSetup,    ///< of a resource: everything that does not depend on the call
  kHandler,  ///< everything
};

/// The most that an execution of a durable function may do and write (AWS Lambda quotas, 2026;
/// documented).
inline constexpr std::uint32_t kMostDurableOperations = 3000;
inline constexpr std::int64_t kMostDurableBytes = std::int64_t{100} << 20;

/// An operation of a durable function among the steps of its handler.
struct DurableMark {
  std::size_t after = 0;                    ///< steps before it
  std::int64_t written_bytes = 0;           ///< of a checkpoint
  std::optional<core::Distribution> pause;  ///< ns, of a suspend
  std::uint32_t purpose = 0;                ///< of the random numbers of the pause
};

struct HandlerSteps {
  engine::Program steps;
  std::vector<DurableMark> marks;  ///< in order
  StepLinks links;
};

/// Of the programs of a function that can be graphs.
struct ProgramLinks {
  StepLinks init;
  StepLinks handler;
  StepLinks ping;
};

/// Reads `handler`.
HandlerSteps read_handler(config::ObjectReader& function, StepNames& names);
/// Reads `durable` of a function whose handler stands, and cuts that where it suspends.
void read_durable(config::ObjectReader& function, const models::PriceTable& prices,
                  const std::vector<DurableMark>& marks, engine::FunctionSetup& setup);
/// Steps under `key`. `place` keys the random numbers of each step, so it must be the same in every
/// design.
/// @param links receives `id` and `needs`; without it steps are in a row
engine::Program read_steps(config::ObjectReader& owner, std::string_view key, bool required,
                           const std::string& place, StepsOf of, StepNames& names,
                           StepLinks* links = nullptr);
/// Makes graphs of the programs whose steps need one another; everything else that decides how
/// programs are run stands. Notes the critical path of each.
void read_graphs(config::ObjectReader& function, ProgramLinks& links,
                 const std::vector<DurableMark>& marks, engine::FunctionSetup& setup,
                 std::vector<ProgramPath>& paths);
/// Key of random numbers, above all named purposes.
std::uint32_t purpose_of(const std::string& place);
/// What the first handler after INIT does: as the function says, else as measured of its runtime;
/// nothing where the handler takes recorded durations, which hold it already.
engine::Program read_first_call(config::ObjectReader& function, const FunctionBilling& billing,
                                const engine::Program& handler);
/// Reads `resources`, and notes their names first, so that every step may use any of them.
std::vector<engine::Resource> read_resources(config::ObjectReader& function, StepNames& names);
/// Whether steps or resources depend on more than the invocation and what its context has made.
bool is_stepwise(const engine::FunctionSetup& function);
/// Whether it could as well be run at once: it only holds connections to backends without a limit.
bool is_without_steps(const engine::FunctionSetup& function,
                      const std::vector<engine::Backend>& backends);
/// Whether any step of the function is a request of the backend.
bool asks(const engine::FunctionSetup& function, core::BackendId backend);

/// Reads `tmp`, `network` and `files`.
/// @param storage_mb size of /tmp
engine::Storage read_storage(config::ObjectReader& function, std::int64_t storage_mb,
                             StepNames& names);
/// Cumulated shares of as many things, the first the most popular: 1 / rank^skew.
std::vector<double> zipf_shares(std::size_t count, double skew);

/// Reads `account`.
void read_account(config::ObjectReader& root, engine::Setup& setup);
/// Reads `provisioned` of a function whose SnapStart stands.
void read_provisioned(config::ObjectReader& function, const models::PriceTable& prices,
                      core::Duration horizon, engine::FunctionSetup& setup);
/// The highest number of provisioned contexts that a function may ask for.
std::uint32_t most_provisioned(const engine::FunctionSetup& function);

/// Which functions are billed for INIT.
enum class InitBilling { kBilled, kFreeForManagedZip, kFree };

/// Reads how contexts live: at the root's `lifecycle`, or at a function, where `setup` holds what
/// the root said.
void read_lifecycle(config::ObjectReader& reader, engine::FunctionSetup& setup);
/// Reads `billing` as it holds for all functions, and the prices of `region`.
InitBilling read_billing(config::ObjectReader& root, const std::string& effective,
                         engine::FunctionSetup& setup, models::PriceTable& prices);
/// The same at one function, with what only a function can say: failures, deployments, SnapStart.
void read_own_lifecycle(config::ObjectReader& function, const FunctionBilling& billing,
                        core::Duration horizon, engine::FunctionSetup& setup);
std::shared_ptr<const engine::KeepAlive> read_keep_alive(config::ObjectReader& owner);

/// Fills setup.functions and billing from `functions` and `cpu`; the account, the prices and the
/// backends stand.
/// @param prototype what holds for all functions
void read_functions(config::ObjectReader& root, const engine::FunctionSetup& prototype,
                    InitBilling init_billing, Design& design, Warnings& warnings,
                    config::Diagnostics& diagnostics);

/// What passes between a function and its callers: its bill depends on it, and how long a streamed
/// response takes; its setup and the prices of the design
/// stand. Reports every price that the function needs and nobody knows.
void read_billed_traffic(config::ObjectReader& function, const models::PriceTable& prices,
                         engine::FunctionSetup& setup, FunctionBilling& billing);
/// Reads `tenants` of a function of which everything else stands.
void read_tenants(config::ObjectReader& function, const models::PriceTable& prices,
                  const FunctionBilling& billing, engine::FunctionSetup& setup);

/// Reads `managed_instances` of a function of which everything else stands: where it runs, and what
/// that costs.
void read_managed(config::ObjectReader& function, const models::PriceTable& prices,
                  engine::FunctionSetup& setup, FunctionBilling& billing);

/// Fills setup.arrivals, setup.sources and sources from `workload`; the functions stand.
/// @param folder of the scenario file, where relative paths begin
void read_workload(config::ObjectReader& root, const std::string& folder, Design& design,
                   Warnings& warnings);

/// Fills setup.fleet from `fleet`; the functions stand. Without that key memory is infinite.
void read_fleet(config::ObjectReader& root, engine::Setup& setup);

/// @param setup with its horizon and functions
/// What cannot be combined with steps that depend on the state of contexts and backends.
inline constexpr std::string_view kStepwiseParts =
    "backends, files, calls, sends, or resources that end, fail or need each other";

OutputSettings read_output(config::ObjectReader& root, const engine::Setup& setup);

/// Reads one design whole. What holds for all designs is written into `scenario`.
Design read_design(const DesignTree& tree, Scenario& scenario, config::Diagnostics& diagnostics,
                   Warnings& warnings);

}  // namespace lambdasim::app
