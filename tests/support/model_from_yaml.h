// Makes a model of the catalogue from YAML text, as a scenario would.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "models/catalogue.h"
#include "sim/config/node.h"
#include "sim/config/reader.h"

namespace lambdasim::test {

template <class Entry, class... Context>
auto model_from_yaml(std::span<const Entry> models, std::string_view name,
                     const std::string& parameters, const Context&... context) {
  for (const Entry& model : models) {
    if (model.about.name != name) {
      continue;
    }
    config::Diagnostics diagnostics;
    config::Node resolved;
    const config::Node node = config::load_text(parameters, "parameters", diagnostics);
    config::ObjectReader reader(&node, std::string(name), diagnostics, resolved);
    auto made = model.read(reader, context...);
    if (!diagnostics.empty()) {
      throw config::InvalidInput(diagnostics.sorted());
    }
    return made;
  }
  throw std::invalid_argument("no model is called " + std::string(name));
}

inline std::shared_ptr<const engine::ArrivalProcess> poisson_arrivals(double rate_per_s,
                                                                      core::FunctionId function,
                                                                      std::uint64_t stream_key) {
  models::ArrivalContext context;
  context.function = function;
  context.stream_key = stream_key;
  return model_from_yaml(models::arrival_models(), "poisson",
                         "{rate: " + std::to_string(rate_per_s) + " /s}", context);
}

inline std::shared_ptr<const engine::KeepAlive> keep_alive(std::string_view name,
                                                           const std::string& parameters) {
  return model_from_yaml(models::keep_alive_models(), name, parameters);
}

inline std::shared_ptr<const engine::CpuModel> cpu(std::string_view name, std::int64_t memory_mb,
                                                   const std::string& parameters = "{}") {
  return model_from_yaml(models::cpu_models(), name, parameters, memory_mb);
}

}  // namespace lambdasim::test
