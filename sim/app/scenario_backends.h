// The systems behind functions: `backends` of a scenario, and their names for what asks them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/app/scenario.h"
#include "sim/config/reader.h"

namespace lambdasim::app {

/// The backends of a design by name, and who asked for them. KMS need not be declared: it is there
/// once somebody asks.
class BackendNames {
 public:
  explicit BackendNames(Design& design) : design_(&design) {}

  /// @param key where it is asked for
  /// @param connects whether that holds a connection to it
  std::optional<core::BackendId> find(config::ObjectReader& reader, std::string_view key,
                                      std::string_view name, bool connects);
  std::vector<std::string> all() const;

  /// What proxies that are in use take from their databases, once everything has asked.
  void open_pools(config::Diagnostics& diagnostics);

 private:
  struct Use {
    core::BackendId backend;
    bool connects;
    config::Location where;
    std::string path;
  };

  Design* design_;
  std::vector<Use> uses_;
};

/// Has the first function that asks KMS pay for its keys. The design holds the functions before it.
void note_kms(config::ObjectReader& function, const engine::FunctionSetup& setup, Design& design);

/// Fills setup.backends and kms from `backends`.
void read_backends(config::ObjectReader& root, Design& design, config::Diagnostics& diagnostics);

}  // namespace lambdasim::app
