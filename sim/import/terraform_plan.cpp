#include "sim/import/terraform_plan.h"

#include <algorithm>

namespace lambdasim::import {
namespace {

using config::Node;

constexpr int kDeepest = 20;  // modules within modules

const Node* at(const Node* node, std::initializer_list<std::string_view> path) {
  for (const std::string_view key : path) {
    node = node == nullptr ? nullptr : node->find(key);
  }
  return node;
}

std::string text_of(const Node& node, std::string_view key) {
  const Node* found = node.find(key);
  return found == nullptr ? std::string{} : found->scalar;
}

/// An address without its indices: module.a["x"].aws_sqs_queue.q[0] as module.a.aws_sqs_queue.q
std::string without_indices(std::string_view address) {
  std::string made;
  bool is_inside = false;
  bool is_quoted = false;
  for (const char c : address) {
    is_quoted = is_inside && c == '"' ? !is_quoted : is_quoted;
    if (c == '[' && !is_inside) {
      is_inside = true;
    } else if (c == ']' && !is_quoted) {
      is_inside = false;
    } else if (!is_inside) {
      made += c;
    }
  }
  return made;
}

/// The first `count` parts of a path with dots.
std::string first_parts(const std::string& path, int count) {
  std::size_t end = 0;
  for (int i = 0; i < count && end != std::string::npos; ++i) {
    end = path.find('.', end + (i == 0 ? 0 : 1));
  }
  return path.substr(0, end);
}

void collect_references(const Node& node, std::vector<std::string>& references) {
  for (const config::Entry& entry : node.entries) {
    if (entry.key == "references") {
      for (const Node& item : entry.value.items) {
        references.push_back(item.scalar);
      }
    } else {
      collect_references(entry.value, references);
    }
  }
  for (const Node& item : node.items) {
    collect_references(item, references);
  }
}

std::string join(const std::string& module, const std::string& rest) {
  return module.empty() ? rest : module + "." + rest;
}

}  // namespace

TerraformPlan::TerraformPlan(const Node& root) : root_(root) {
  const Node* planned = root.find("planned_values");
  const Node* values = planned != nullptr ? planned : root.find("values");  // of a state
  if (const Node* module = at(values, {"root_module"})) {
    collect(*module, "");
  }
}

void TerraformPlan::collect(const Node& module, const std::string& path) {
  if (const Node* resources = module.find("resources")) {
    for (const Node& item : resources->items) {
      PlannedResource resource;
      resource.address = text_of(item, "address");
      resource.type = text_of(item, "type");
      resource.name = text_of(item, "name");
      resource.module = path;
      resource.is_data = text_of(item, "mode") == "data";
      resource.where = item.where;
      resource.values = item.find("values");
      const std::string plain = join(path, resource.type + "." + resource.name);
      if (resource.address.starts_with(plain)) {
        resource.index = resource.address.substr(plain.size());
      }
      instances_[without_indices(resource.address)].push_back(resources_.size());
      resources_.push_back(std::move(resource));
    }
  }
  if (const Node* children = module.find("child_modules")) {
    for (const Node& child : children->items) {
      collect(child, text_of(child, "address"));
    }
  }
}

const Node* TerraformPlan::configuration_of(const std::string& module) const {
  const Node* node = at(&root_, {"configuration", "root_module"});
  std::string rest = without_indices(module);
  while (!rest.empty() && node != nullptr) {  // module.a.module.b
    rest = rest.substr(std::min(rest.find('.') + 1, rest.size()));
    const std::string name = first_parts(rest, 1);
    node = at(node, {"module_calls", name, "module"});
    rest = rest.size() > name.size() ? rest.substr(name.size() + 1) : "";
  }
  return node;
}

std::vector<std::string> TerraformPlan::references(const PlannedResource& resource,
                                                   std::string_view key) const {
  std::vector<std::string> addresses;
  const Node* resources = at(configuration_of(resource.module), {"resources"});
  for (const Node& item : resources == nullptr ? std::list<Node>{} : resources->items) {
    const Node* expression = at(&item, {"expressions", key});
    if (expression == nullptr || text_of(item, "type") != resource.type ||
        text_of(item, "name") != resource.name) {
      continue;
    }
    std::vector<std::string> all;
    collect_references(*expression, all);
    for (const std::string& reference : all) {
      resolve(resource.module, reference, resource.index, 0, addresses);
    }
  }
  return addresses;
}

void TerraformPlan::resolve(const std::string& module, const std::string& reference,
                            const std::string& index, int depth,
                            std::vector<std::string>& addresses) const {
  if (depth > kDeepest) {
    return;
  }
  const auto follow = [&](const std::string& in, const Node* expression) {
    std::vector<std::string> all;
    if (expression != nullptr) {
      collect_references(*expression, all);
    }
    for (const std::string& next : all) {
      resolve(in, next, index, depth + 1, addresses);
    }
  };
  if (reference.starts_with("var.")) {
    const std::size_t mark = module.rfind("module.");
    if (mark != std::string::npos) {
      const std::string parent = module.substr(0, mark == 0 ? 0 : mark - 1);
      const std::string call = without_indices(module.substr(mark + 7));
      follow(parent, at(configuration_of(parent), {"module_calls", call, "expressions",
                                                   first_parts(reference.substr(4), 1)}));
    }
    return;
  }
  if (reference.starts_with("module.")) {
    const std::string plain = without_indices(reference);
    const std::string call = first_parts(plain, 2);
    if (plain.size() > call.size()) {
      const std::string child = join(module, call);
      follow(child, at(configuration_of(child),
                       {"outputs", first_parts(plain.substr(call.size() + 1), 1), "expression"}));
    }
    return;
  }
  const std::string base = join(module, first_parts(without_indices(reference), 2));
  const std::string found = instance_of(base, index);
  if (!found.empty()) {
    addresses.push_back(found);
  }
}

std::string TerraformPlan::instance_of(const std::string& base, const std::string& index) const {
  const auto found = instances_.find(without_indices(base));
  if (found == instances_.end()) {
    return {};
  }
  for (const std::size_t number : found->second) {
    if (resources_[number].index == index) {
      return resources_[number].address;
    }
  }
  return resources_[found->second.front()].address;
}

const Node* TerraformPlan::region() const {
  return at(&root_,
            {"configuration", "provider_config", "aws", "expressions", "region", "constant_value"});
}

}  // namespace lambdasim::import
