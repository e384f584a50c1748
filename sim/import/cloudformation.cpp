#include "sim/import/formats.h"
#include "sim/import/resources.h"

namespace lambdasim::import {

using config::Node;

Stack read_cloudformation(const Node& root, const Parameters& parameters, Findings& findings) {
  Stack stack;
  const Node* transform = root.find("Transform");
  bool is_sam = false;
  const auto look_at = [&](const Node& name) {
    if (name.scalar.starts_with("AWS::Serverless")) {
      is_sam = true;
    } else {
      findings.missed.report(name.where, "Transform", "macros other than SAM's are not run");
    }
  };
  if (transform != nullptr && transform->kind == Node::Kind::kScalar) {
    look_at(*transform);
  } else if (transform != nullptr) {
    for (const Node& name : transform->items) {
      look_at(name);
    }
  }
  stack.kind = is_sam ? "AWS SAM template" : "CloudFormation template";
  const Node* globals = root.find("Globals");
  const Node* of_functions = globals == nullptr ? nullptr : globals->find("Function");
  for (const config::Entry& entry :
       globals == nullptr ? std::list<config::Entry>{} : globals->entries) {
    if (entry.key != "Function") {
      findings.no_part.report(entry.where, "Globals." + entry.key, "has no part in the simulation");
    }
  }
  const Intrinsics intrinsics(root, parameters, findings);
  if (const Node* resources = root.find("Resources")) {
    ResourceReader(stack, findings, intrinsics, of_functions).read(*resources, "Resources");
  }
  Properties top(root, "", findings);
  for (const std::string_view read : {"AWSTemplateFormatVersion", "Conditions", "Globals",
                                      "Mappings", "Parameters", "Resources", "Transform"}) {
    top.node({read});
  }
  top.finish({"description", "hooks", "metadata", "outputs", "rules"});
  return stack;
}

}  // namespace lambdasim::import
