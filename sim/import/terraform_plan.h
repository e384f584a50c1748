// The resources of a Terraform plan, and what refers to what. ARNs are not known before a plan is
// applied; the plan's configuration says by which expression each is made, through variables and
// outputs of modules.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/config/node.h"

namespace lambdasim::import {

struct PlannedResource {
  std::string address;  ///< module.jobs.aws_lambda_function.worker[0]
  std::string type;
  std::string name;
  std::string module;  ///< module.jobs; empty: the root
  std::string index;   ///< ["a"], [0] or nothing
  bool is_data = false;
  config::Location where;
  const config::Node* values = nullptr;
};

class TerraformPlan {
 public:
  /// @param root of the plan; it must outlive this
  explicit TerraformPlan(const config::Node& root);

  const std::vector<PlannedResource>& resources() const { return resources_; }
  /// Addresses of resources that the argument `key` of a resource refers to; where several
  /// instances of one are made, that with the same index, else the first.
  std::vector<std::string> references(const PlannedResource& resource, std::string_view key) const;
  /// The region of the provider, where it is a constant.
  const config::Node* region() const;

 private:
  void collect(const config::Node& module, const std::string& path);
  const config::Node* configuration_of(const std::string& module) const;
  void resolve(const std::string& module, const std::string& reference, const std::string& index,
               int depth, std::vector<std::string>& addresses) const;
  std::string instance_of(const std::string& base, const std::string& index) const;

  const config::Node& root_;
  std::vector<PlannedResource> resources_;
  std::map<std::string, std::vector<std::size_t>> instances_;  // by address without indices
};

}  // namespace lambdasim::import
