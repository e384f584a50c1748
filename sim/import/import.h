// Infrastructure templates to scenarios that run.
#pragma once

#include <cstddef>
#include <string>

#include "sim/import/findings.h"
#include "sim/import/formats.h"

namespace lambdasim::import {

enum class Format { kByContent, kCloudFormation, kServerless, kTerraform };

struct Imported {
  std::string yaml;  ///< the scenario
  std::string kind;  ///< of template
  std::size_t functions = 0;
  std::size_t sources = 0;
  std::size_t placeholders = 0;
  Findings findings;  ///< without errors
};

/// Reads a template (YAML or JSON) and writes a scenario of it.
/// @param parameters of CloudFormation, or options of the Serverless Framework
/// @throws config::NoInput, or config::InvalidInput with all that is wrong
Imported import_template(const std::string& path, Format format, const Parameters& parameters);

}  // namespace lambdasim::import
