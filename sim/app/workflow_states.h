// Reading the states of one workflow. Names may be used before they are given, so they are noted
// first; what is wrong with one state does not hide what is wrong with another.
#pragma once

#include <string>
#include <vector>

#include "models/workflow/machine.h"
#include "sim/config/reader.h"
#include "sim/engine/setup.h"

namespace lambdasim::app {

class StatesReader {
 public:
  /// @param states the mapping of names to states
  StatesReader(config::ObjectReader& states, const engine::Setup& setup,
               models::Workflow& workflow);

  /// Fills the states and the functions of the workflow.
  /// @return whether every name that leads on is known, so that the graph can be looked at
  bool read();
  const std::vector<std::string>& names() const { return names_; }
  /// The state of a name, which a key of `reader` gives; reports an unknown one.
  models::StateId find(config::ObjectReader& reader, std::string_view key, const std::string& name);

 private:
  void read_state(config::ObjectReader& reader, models::State& state);
  void read_map(config::ObjectReader& reader, models::State& state);
  void read_choice(config::ObjectReader& reader, models::State& state);
  void read_parallel(config::ObjectReader& reader, models::State& state);
  void read_ways(config::ObjectReader& reader, std::string_view kind, models::State& state);
  static models::StateRetry read_retry(config::ObjectReader& reader);
  std::uint32_t read_function(config::ObjectReader& reader);

  config::ObjectReader& states_;
  const engine::Setup& setup_;
  models::Workflow& workflow_;
  std::vector<std::string> names_;
  bool is_whole_ = true;
};

}  // namespace lambdasim::app
