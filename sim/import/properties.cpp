#include "sim/import/properties.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace lambdasim::import {
namespace {

using config::Node;

std::string inner(const Node& node) {
  if (node.kind == Node::Kind::kScalar) {
    return node.scalar;
  }
  std::string text;
  for (const Node& item : node.items) {
    text += (text.empty() ? "" : ", ") + inner(item);
  }
  for (const config::Entry& entry : node.entries) {
    text += (text.empty() ? "" : ", ") + entry.key;
  }
  return node.kind == Node::Kind::kSequence ? "[" + text + "]" : "{" + text + "}";
}

std::string join(const std::string& path, std::string_view key) {
  return path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
}

bool is_expression(std::string_view key) {
  return key == "Ref" || key == "Condition" || key.starts_with("Fn::");
}

}  // namespace

std::string spelled(const Node& node) {
  if (node.entries.size() == 1 && is_expression(node.entries.front().key)) {
    const config::Entry& entry = node.entries.front();
    const std::string_view key = entry.key;
    return fmt::format("!{} {}", key.starts_with("Fn::") ? key.substr(4) : key, inner(entry.value));
  }
  return inner(node);
}

std::optional<Scalar> scalar_of(const Node& node) {
  if (node.kind == Node::Kind::kScalar) {
    const bool is_open = node.scalar.find("${") != std::string::npos;
    return Scalar{node.scalar, node.where, is_open ? node.scalar : ""};
  }
  if (node.entries.size() == 1 && is_expression(node.entries.front().key)) {
    return Scalar{"", node.where, spelled(node)};
  }
  return std::nullopt;
}

bool is_empty(const Node& node) {
  return node.kind == Node::Kind::kNull ||
         (node.kind == Node::Kind::kScalar ? node.scalar.empty()
                                           : node.items.empty() && node.entries.empty());
}

std::string canonical(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (c != '_') {
      text += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  return text;
}

Properties::Properties(const Node& node, std::string path, Findings& findings)
    : node_(&node), path_(std::move(path)), findings_(&findings) {
  if (node.kind != Node::Kind::kMapping && !is_empty(node)) {
    findings.missed.report(node.where, path_,
                           fmt::format("'{}' cannot be read: a mapping is expected", inner(node)));
  }
}

const Node* Properties::node(Names names) {
  for (const std::string_view name : names) {
    const std::string wanted = canonical(name);
    for (const config::Entry& entry : node_->entries) {
      if (canonical(entry.key) == wanted) {
        taken_.insert(&entry.value);
        if (!is_empty(entry.value)) {
          return &entry.value;
        }
      }
    }
  }
  return nullptr;
}

std::optional<Scalar> Properties::scalar(Names names) {
  const Node* found = node(names);
  if (found == nullptr) {
    return std::nullopt;
  }
  auto scalar = scalar_of(*found);
  if (!scalar) {
    findings_->errors.report(found->where, path_of(*names.begin()),
                             "a list or mapping stands where a plain value is expected");
  }
  return scalar;
}

std::optional<long> Properties::whole(Names names, const Whole& whole,
                                      std::optional<Value>& value) {
  const auto given = scalar(names);
  if (!given) {
    return std::nullopt;
  }
  if (!given->unknown.empty()) {
    value = Value{fmt::format("{}{}", whole.fallback, whole.unit), given->where.line,
                  fmt::format("{} is not known before deployment", given->unknown), ""};
    return whole.fallback;
  }
  long number = 0;
  const char* end = given->text.data() + given->text.size();
  const auto [stop, error] = std::from_chars(given->text.data(), end, number);
  if (error != std::errc{} || stop != end || number < whole.least || number > whole.most) {
    findings_->errors.report(given->where, path_of(*names.begin()),
                             fmt::format("must be a whole number from {} to {}, got '{}'",
                                         whole.least, whole.most, given->text));
    return std::nullopt;
  }
  value = Value{fmt::format("{}{}", number, whole.unit), given->where.line, "", ""};
  return number;
}

bool Properties::flag(Names names, bool otherwise) {
  const auto given = scalar(names);
  if (!given) {
    return otherwise;
  }
  const std::string word = canonical(given->text);
  if (word == "true" || word == "yes" || word == "enabled") {
    return true;
  }
  if (word == "false" || word == "no" || word.starts_with("disabled")) {
    return false;
  }
  miss(*names.begin(), given->where,
       fmt::format("'{}' is not known before deployment; taken as {}",
                   given->unknown.empty() ? given->text : given->unknown, otherwise));
  return otherwise;
}

std::optional<Properties> Properties::block(Names names) {
  const Node* found = node(names);
  if (found == nullptr) {
    return std::nullopt;
  }
  if (found->kind == Node::Kind::kSequence && found->items.size() == 1) {
    found = &found->items.front();
  }
  if (is_empty(*found)) {
    return std::nullopt;
  }
  return Properties(*found, path_of(*names.begin()), *findings_);
}

std::vector<const Node*> Properties::items(Names names) {
  const Node* found = node(names);
  std::vector<const Node*> all;
  if (found != nullptr && found->kind == Node::Kind::kSequence) {
    for (const Node& item : found->items) {
      all.push_back(&item);
    }
  } else if (found != nullptr) {
    all.push_back(found);
  }
  return all;
}

std::string Properties::path_of(std::string_view key) const {
  const std::string wanted = canonical(key);
  for (const config::Entry& entry : node_->entries) {
    if (canonical(entry.key) == wanted) {
      return join(path_, entry.key);
    }
  }
  return join(path_, key);
}

void Properties::miss(std::string_view key, const config::Location& where,
                      const std::string& why) const {
  findings_->missed.report(where, path_of(key), why);
}

void Properties::finish(const std::set<std::string>& no_part) {
  for (const config::Entry& entry : node_->entries) {
    if (taken_.contains(&entry.value) || is_empty(entry.value)) {
      continue;
    }
    const std::string path = path_of(entry.key);
    if (no_part.contains(canonical(entry.key))) {
      findings_->no_part.report(entry.where, path, "has no part in the simulation");
    } else {
      findings_->missed.report(entry.where, path, "is not read");
    }
  }
}

}  // namespace lambdasim::import
