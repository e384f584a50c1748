#include "sim/import/intrinsics.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace lambdasim::import {
namespace {

using config::Entry;
using config::Node;

constexpr std::string_view kNoValue = "AWS::NoValue";

Node scalar_at(std::string text, const config::Location& where) {
  Node node;
  node.kind = Node::Kind::kScalar;
  node.where = where;
  node.scalar = std::move(text);
  return node;
}

Node nothing() {
  Node node;
  node.scalar = kNoValue;
  return node;
}

bool is_nothing(const Node& node) {
  return node.kind == Node::Kind::kNull && node.scalar == kNoValue;
}

bool is_scalar(const Node& node) {
  return node.kind == Node::Kind::kScalar;
}

const Node* at(const Node& sequence, std::size_t index) {
  if (index >= sequence.items.size()) {
    return nullptr;
  }
  return &*std::next(sequence.items.begin(), static_cast<std::ptrdiff_t>(index));
}

Node split(const std::string& text, const std::string& separator, const config::Location& where) {
  Node list;
  list.kind = Node::Kind::kSequence;
  list.where = where;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = separator.empty() ? std::string::npos : text.find(separator, begin);
    list.items.push_back(scalar_at(text.substr(begin, end - begin), where));
    if (end == std::string::npos) {
      break;
    }
    begin = end + separator.size();
  }
  return list;
}

std::optional<Node> join(const Node& argument) {
  const Node* separator = at(argument, 0);
  const Node* list = at(argument, 1);
  if (list == nullptr || !is_scalar(*separator) || list->kind != Node::Kind::kSequence ||
      !std::all_of(list->items.begin(), list->items.end(), is_scalar)) {
    return std::nullopt;
  }
  std::string text;
  for (const Node& item : list->items) {
    text += (&item == &list->items.front() ? "" : separator->scalar) + item.scalar;
  }
  return scalar_at(text, argument.where);
}

std::optional<Node> select(const Node& argument) {
  const Node* index = at(argument, 0);
  const Node* list = at(argument, 1);
  std::size_t number = 0;
  if (list == nullptr || !is_scalar(*index) ||
      std::from_chars(index->scalar.data(), index->scalar.data() + index->scalar.size(), number)
              .ec != std::errc{}) {
    return std::nullopt;
  }
  const Node* item = at(*list, number);
  return item == nullptr ? std::nullopt : std::optional{*item};
}

void add_names(const std::string& text, std::vector<std::string>& names) {
  for (std::size_t begin = text.find("${"); begin != std::string::npos;
       begin = text.find("${", begin + 2)) {
    const std::size_t end = text.find_first_of(".}", begin);
    if (end != std::string::npos) {
      names.push_back(text.substr(begin + 2, end - begin - 2));
    }
  }
}

}  // namespace

std::string key_of_cloudformation_tag(std::string_view tag) {
  if (tag.size() < 2 || tag.front() != '!' || tag[1] == '!') {
    return {};
  }
  const std::string name(tag.substr(1));
  return name == "Ref" || name == "Condition" ? name : "Fn::" + name;
}

Intrinsics::Intrinsics(const Node& root, const std::map<std::string, std::string>& given,
                       Findings& findings)
    : root_(root), given_(given) {
  const Node* parameters = root.find("Parameters");
  for (const auto& [name, value] : given) {
    if (parameters == nullptr || parameters->find(name) == nullptr) {
      findings.errors.report({root.where.file, 0, 0}, "Parameters",
                             fmt::format("the template has no parameter '{}'", name));
    }
  }
}

Node Intrinsics::resolve(const Node& node) const {
  if (node.kind == Node::Kind::kMapping) {
    return resolve_mapping(node);
  }
  Node made = node;
  made.items.clear();
  for (const Node& item : node.items) {
    Node resolved = resolve(item);
    if (!is_nothing(resolved)) {
      made.items.push_back(std::move(resolved));
    }
  }
  return made;
}

Node Intrinsics::resolve_mapping(const Node& node) const {
  if (node.entries.size() == 1) {
    const Entry& only = node.entries.front();
    if (only.key == "Fn::If") {
      if (auto chosen = choose(only.value)) {
        return *chosen;
      }
    } else if (only.key == "Ref" || only.key.starts_with("Fn::")) {
      Node argument = resolve(only.value);
      if (auto value = apply(only.key, argument)) {
        value->where = node.where;
        return *value;
      }
    }
  }
  Node made = node;
  made.entries.clear();
  for (const Entry& entry : node.entries) {
    Node resolved = resolve(entry.value);
    if (!is_nothing(resolved)) {
      made.entries.push_back({entry.key, entry.where, std::move(resolved)});
    }
  }
  return made;
}

std::optional<Node> Intrinsics::apply(const std::string& function, const Node& argument) const {
  if (function == "Ref" && is_scalar(argument)) {
    return argument.scalar == kNoValue ? std::optional{nothing()}
                                       : parameter(argument.scalar, argument);
  }
  if (function == "Fn::Sub") {
    return substitute(argument);
  }
  if (function == "Fn::Join") {
    return join(argument);
  }
  if (function == "Fn::Select") {
    return select(argument);
  }
  const Node* first = at(argument, 0);
  const Node* second = at(argument, 1);
  if (second == nullptr || !is_scalar(*first) || !is_scalar(*second)) {
    return std::nullopt;
  }
  if (function == "Fn::Split") {
    return split(second->scalar, first->scalar, argument.where);
  }
  const Node* third = at(argument, 2);
  const Node* mappings = root_.find("Mappings");
  if (function == "Fn::FindInMap" && mappings != nullptr && third != nullptr && is_scalar(*third)) {
    const Node* map = mappings->find(first->scalar);
    const Node* row = map == nullptr ? nullptr : map->find(second->scalar);
    const Node* value = row == nullptr ? nullptr : row->find(third->scalar);
    return value == nullptr ? std::nullopt : std::optional{*value};
  }
  return std::nullopt;
}

std::optional<Node> Intrinsics::parameter(const std::string& name, const Node& where) const {
  const Node* parameters = root_.find("Parameters");
  const Node* declared = parameters == nullptr ? nullptr : parameters->find(name);
  if (declared == nullptr) {
    return std::nullopt;
  }
  std::string text;
  if (const auto given = given_.find(name); given != given_.end()) {
    text = given->second;
  } else if (const Node* value = declared->find("Default"); value != nullptr && is_scalar(*value)) {
    text = value->scalar;
  } else {
    return std::nullopt;
  }
  const Node* type = declared->find("Type");
  const bool is_list = type != nullptr &&
                       (type->scalar == "CommaDelimitedList" || type->scalar.starts_with("List<"));
  if (type != nullptr && type->scalar.starts_with("AWS::SSM::")) {
    return std::nullopt;  // the name of what holds the value
  }
  return is_list ? split(text, ",", where.where) : scalar_at(text, where.where);
}

std::optional<Node> Intrinsics::substitute(const Node& argument) const {
  const Node* given = at(argument, 1);
  const Node* pattern = is_scalar(argument) ? &argument : at(argument, 0);
  if (pattern == nullptr || !is_scalar(*pattern)) {
    return std::nullopt;
  }
  const std::string& text = pattern->scalar;
  std::string made;
  std::size_t begin = 0;
  for (std::size_t open = text.find("${"); open != std::string::npos;
       open = text.find("${", begin)) {
    const std::size_t close = text.find('}', open);
    if (close == std::string::npos) {
      return std::nullopt;
    }
    made += text.substr(begin, open - begin);
    const std::string name = text.substr(open + 2, close - open - 2);
    begin = close + 1;
    if (name.starts_with('!')) {
      made += "${" + name.substr(1) + "}";
      continue;
    }
    const Node* own = given == nullptr ? nullptr : given->find(name);
    const auto value = own != nullptr ? std::optional{*own} : parameter(name, *pattern);
    if (!value || !is_scalar(*value)) {
      return std::nullopt;
    }
    made += value->scalar;
  }
  return scalar_at(made + text.substr(begin), argument.where);
}

std::optional<Node> Intrinsics::choose(const Node& argument) const {
  const Node* name = at(argument, 0);
  if (argument.items.size() != 3 || !is_scalar(*name)) {
    return std::nullopt;
  }
  const auto chosen = condition(name->scalar);
  return chosen ? std::optional{resolve(*at(argument, *chosen ? 1 : 2))} : std::nullopt;
}

std::optional<bool> Intrinsics::condition(const std::string& name) const {
  const auto [known, is_new] = known_.emplace(name, std::nullopt);
  const Node* conditions = root_.find("Conditions");
  const Node* found = conditions == nullptr ? nullptr : conditions->find(name);
  if (is_new && found != nullptr) {
    known->second = holds(*found);
  }
  return known->second;
}

std::optional<bool> Intrinsics::holds(const Node& node) const {
  if (node.entries.size() != 1) {
    return std::nullopt;
  }
  const auto& [function, place, argument] = node.entries.front();
  if (function == "Condition") {
    return condition(argument.scalar);
  }
  if (function == "Fn::Equals" && argument.items.size() == 2) {
    const Node left = resolve(argument.items.front());
    const Node right = resolve(argument.items.back());
    return is_scalar(left) && is_scalar(right) ? std::optional{left.scalar == right.scalar}
                                               : std::nullopt;
  }
  if (function == "Fn::Not" && argument.items.size() == 1) {
    const auto inner = holds(argument.items.front());
    return inner ? std::optional{!*inner} : std::nullopt;
  }
  if (function != "Fn::And" && function != "Fn::Or") {
    return std::nullopt;
  }
  const bool decides = function == "Fn::Or";
  bool is_known = true;
  for (const Node& item : argument.items) {
    const auto inner = holds(item);
    if (inner == decides) {
      return decides;
    }
    is_known = is_known && inner.has_value();
  }
  return is_known ? std::optional{!decides} : std::nullopt;
}

std::vector<std::string> ids_in(const Node& node) {
  std::vector<std::string> ids;
  if (is_scalar(node)) {
    ids.push_back(node.scalar);
    add_names(node.scalar, ids);
  }
  for (const Node& item : node.items) {
    const auto inner = ids_in(item);
    ids.insert(ids.end(), inner.begin(), inner.end());
  }
  for (const Entry& entry : node.entries) {
    auto inner = ids_in(entry.value);
    if (entry.key == "Fn::GetAtt" && entry.value.kind == Node::Kind::kScalar) {
      inner = {entry.value.scalar.substr(0, entry.value.scalar.find('.'))};
    }
    ids.insert(ids.end(), inner.begin(), inner.end());
  }
  return ids;
}

}  // namespace lambdasim::import
