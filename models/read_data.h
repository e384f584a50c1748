// Reads one of the embedded files of models/data. They are part of the program, so a mistake in one
// is a defect.
#pragma once

#include <fmt/format.h>

#include <string>

#include "models/embedded_data.h"
#include "sim/config/reader.h"
#include "sim/core/check.h"

namespace lambdasim::models {

/// @param name e.g. "runtimes.yaml"
/// @param read makes a value from the root of the file
/// @return that value
template <class Read>
auto read_data(const std::string& name, Read read) {
  const auto text = embedded_data(name);
  LAMBDASIM_CHECK(text.has_value(), fmt::format("{} is not built in", name));
  config::Diagnostics diagnostics;
  config::Node resolved;
  const config::Node tree = config::load_text(*text, name, diagnostics);
  config::ObjectReader file{&tree, "", diagnostics, resolved};
  auto made = read(file);
  LAMBDASIM_CHECK(diagnostics.empty(), to_string(diagnostics.sorted().front()));
  return made;
}

}  // namespace lambdasim::models
