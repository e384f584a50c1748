// A template from text, imported; and the scenario that was made of it, read as every other is.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/app/scenario.h"
#include "sim/import/import.h"
#include "tests/support/run_program.h"

namespace lambdasim::test {

struct Import {
  std::string yaml;
  std::size_t placeholders = 0;
  std::vector<std::string> missed;   ///< as line: path: message
  std::vector<std::string> no_part;  ///< the same
  std::vector<std::string> errors;   ///< the same; then there is no scenario
};

inline std::vector<std::string> texts_of(const std::vector<config::Diagnostic>& findings) {
  std::vector<std::string> texts;
  for (const config::Diagnostic& finding : findings) {
    texts.push_back(std::to_string(finding.where.line) + ": " + finding.path + ": " +
                    finding.message);
  }
  return texts;
}

/// Imports a text and expects that what is made of it is a valid scenario without warnings, with
/// as many marks as placeholders.
inline Import import_text(const std::string& text, const import::Parameters& parameters = {},
                          import::Format format = import::Format::kByContent) {
  const TemporaryFolder folder;
  const std::string file = folder.write("template", text).string();
  Import made;
  try {
    const import::Imported imported = import::import_template(file, format, parameters);
    made.yaml = imported.yaml;
    made.placeholders = imported.placeholders;
    made.missed = texts_of(imported.findings.missed.sorted());
    made.no_part = texts_of(imported.findings.no_part.sorted());
  } catch (const config::InvalidInput& error) {
    made.errors = texts_of(error.diagnostics());
    return made;
  }
  try {
    const app::Scenario scenario =
        app::read_scenario(folder.write("scenario.yaml", made.yaml).string(), {});
    EXPECT_THAT(scenario.warnings, testing::IsEmpty()) << made.yaml;
  } catch (const config::InvalidInput& error) {
    ADD_FAILURE() << error.what() << "\n" << made.yaml;
  }
  std::size_t marks = 0;
  for (const std::string& line : lines_of(made.yaml)) {
    marks += line.find("  # FILL IN") != std::string::npos ? 1 : 0;
  }
  EXPECT_EQ(marks, made.placeholders);
  return made;
}

}  // namespace lambdasim::test
