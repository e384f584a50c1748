// The formats of templates, each with a reader of its own.
#pragma once

#include <map>
#include <string>

#include "sim/config/node.h"
#include "sim/import/findings.h"
#include "sim/import/stack.h"

namespace lambdasim::import {

/// Values of parameters (CloudFormation, SAM) or options (Serverless Framework), by name.
using Parameters = std::map<std::string, std::string>;

/// AWS SAM and CloudFormation.
Stack read_cloudformation(const config::Node& root, const Parameters& parameters,
                          Findings& findings);
/// serverless.yml of the Serverless Framework, version 3 or 4.
Stack read_serverless(const config::Node& root, const Parameters& parameters, Findings& findings);
/// A plan of Terraform or OpenTofu, as `terraform show -json` prints it.
Stack read_terraform(const config::Node& root, Findings& findings);

}  // namespace lambdasim::import
