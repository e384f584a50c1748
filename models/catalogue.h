// The explicit list of every model that a scenario can name, one span a seam.
//
// To add a model: write its file in the folder of its seam, add its line to that seam's span in
// catalogue.cpp, write its test. `lambdasim models list | explain`, the reader of scenarios and the
// contract tests walk these spans, so nothing else needs to know the new name.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/pricing/usage.h"
#include "sim/config/reader.h"
#include "sim/engine/arrivals.h"
#include "sim/engine/cpu_model.h"
#include "sim/engine/event_source.h"
#include "sim/engine/keep_alive.h"
#include "sim/engine/setup.h"

namespace lambdasim::models {

/// One parameter as `models explain` prints it.
struct Parameter {
  std::string_view name;
  std::string_view meaning;        ///< with its unit
  std::string_view default_value;  ///< as a scenario would write it; empty when required
  std::string_view source;         ///< where the default comes from
};

/// What a model claims about Lambda and why.
struct About {
  std::string_view name;       ///< as scenarios write it
  std::string_view summary;    ///< one line
  std::string_view behaviour;  ///< the rule or equation, a few sentences
  std::string_view source;     ///< publication or documentation, with its confidence
  std::span<const Parameter> parameters;
};

/// What an arrival model may need beside its own parameters.
struct ArrivalContext {
  std::optional<core::FunctionId> function;  ///< of `invoke`; none when the trace names functions
  std::vector<std::string> function_names;   ///< by FunctionId
  std::string folder;            ///< relative paths start here: the folder of the scenario file
  std::uint64_t stream_key = 0;  ///< see engine::ArrivalSource::stream_key
};

/// What an event source may need beside its own parameters.
struct SourceContext {
  const engine::FunctionSetup* function = nullptr;  ///< of `invoke`; none when a trace names them
  bool is_for_many = false;                         ///< a trace names the functions
  core::Duration horizon{0};
};

struct ArrivalModel {
  const About& about;
  std::shared_ptr<const engine::ArrivalProcess> (*read)(config::ObjectReader& parameters,
                                                        const ArrivalContext& context);
};

struct SourceModel {
  const About& about;
  /// None: what arrives reaches the function as it is.
  std::shared_ptr<const engine::EventSourceModel> (*read)(config::ObjectReader& parameters,
                                                          const SourceContext& context);
  SourceCharge charge = SourceCharge::kNone;
};

struct KeepAliveModel {
  const About& about;
  std::shared_ptr<const engine::KeepAlive> (*read)(config::ObjectReader& parameters);
};

struct CpuModelEntry {
  const About& about;
  std::shared_ptr<const engine::CpuModel> (*read)(config::ObjectReader& parameters,
                                                  std::int64_t memory_mb);
};

std::span<const ArrivalModel> arrival_models();
std::span<const SourceModel> source_models();
std::span<const KeepAliveModel> keep_alive_models();
std::span<const CpuModelEntry> cpu_models();

}  // namespace lambdasim::models
