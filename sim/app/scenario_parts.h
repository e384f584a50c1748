// How the parts of a scenario are read; scenario_design.cpp puts them together. Each part is read
// from its keys of the root in one pass, which also notes the resolved values.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/app/scenario.h"
#include "sim/app/scenario_tree.h"
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

/// Resources of a function by name, while its programs are read.
struct ResourceNames {
  std::map<std::string, core::ResourceId, std::less<>> ids;
  std::vector<bool> used;
};

/// Steps under `key`. `place` keys the random numbers of each step, so it must be the same in every
/// design. Without `names`, steps can neither use a resource nor take recorded times.
engine::Program read_steps(config::ObjectReader& owner, std::string_view key, bool required,
                           const std::string& place, ResourceNames* names);
std::vector<engine::Resource> read_resources(config::ObjectReader& function, ResourceNames& names);

/// What holds for all functions of a design, already read.
struct FunctionDefaults {
  core::Distribution sandbox;
  core::Distribution lifetime;
  core::Distribution return_delay;
  std::shared_ptr<const engine::KeepAlive> keep_alive;
  std::shared_ptr<const engine::CpuModel> init_cpu;
  bool init_is_billed = true;
  bool reset_init_in_duration = true;
};

std::shared_ptr<const engine::KeepAlive> read_keep_alive(config::ObjectReader& owner);
/// The model of INIT's CPU from the key `init_vcpus`.
std::shared_ptr<const engine::CpuModel> read_init_cpu(config::ObjectReader& owner);

/// Fills setup.functions and billing from `functions` and `cpu`; the account and the prices stand.
void read_functions(config::ObjectReader& root, const FunctionDefaults& defaults, Design& design,
                    Warnings& warnings);

/// Fills setup.arrivals from `workload`; the functions stand.
/// @param folder of the scenario file, where relative paths begin
void read_workload(config::ObjectReader& root, const std::string& folder, Design& design,
                   Warnings& warnings);

/// @param setup with its horizon and functions
OutputSettings read_output(config::ObjectReader& root, const engine::Setup& setup);

/// Reads one design whole. What holds for all designs is written into `scenario`.
Design read_design(const DesignTree& tree, Scenario& scenario, config::Diagnostics& diagnostics,
                   Warnings& warnings);

}  // namespace lambdasim::app
