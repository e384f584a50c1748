// What the contract suites share: reading a catalogue entry from YAML as a scenario would.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "models/catalogue.h"

namespace lambdasim::models {

/// One model with one set of parameters, and how it was made.
template <class Model>
struct Example {
  std::string name;
  std::shared_ptr<const Model> model;
};

/// Reads `yaml` with `read(reader)`; every mistake that is reported fails the test.
template <class Read>
auto read_yaml(const std::string& yaml, const Read& read) {
  config::Diagnostics diagnostics;
  config::Node resolved;
  const config::Node tree = config::load_text(yaml, "test.yaml", diagnostics);
  config::ObjectReader reader{&tree, "", diagnostics, resolved};
  auto model = read(reader);
  reader.finish();
  for (const config::Diagnostic& mistake : diagnostics.sorted()) {
    ADD_FAILURE() << to_string(mistake);
  }
  return model;
}

/// The mistakes that reading `yaml` reports.
template <class Read>
std::vector<std::string> mistakes_in(const std::string& yaml, const Read& read) {
  config::Diagnostics diagnostics;
  config::Node resolved;
  const config::Node tree = config::load_text(yaml, "test.yaml", diagnostics);
  config::ObjectReader reader{&tree, "", diagnostics, resolved};
  read(reader);
  reader.finish();
  std::vector<std::string> messages;
  for (const config::Diagnostic& mistake : diagnostics.sorted()) {
    messages.push_back(mistake.path + ": " + mistake.message);
  }
  return messages;
}

}  // namespace lambdasim::models
