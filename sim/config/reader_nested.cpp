// The getters of ObjectReader that lead into mappings and lists.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "sim/config/reader.h"

namespace lambdasim::config {

ObjectReader ObjectReader::object(std::string_view key) {
  const Node* value = ask(key);
  return child(value, path_of(key), note(key));
}

std::optional<ObjectReader::Variant> ObjectReader::variant(
    std::string_view key, const std::vector<std::string_view>& names,
    std::optional<std::string_view> default_name) {
  const std::string what = fmt::format("one of {}", fmt::join(names, ", "));
  const Node* value = ask(key);
  if (value == nullptr && !default_name) {
    report_missing(key, what);
    return std::nullopt;
  }
  std::string name{default_name.value_or("")};
  const Node* parameters = nullptr;
  Location name_where = where(key);
  if (value != nullptr && value->kind == Node::Kind::kScalar) {
    name = value->scalar;
  } else if (value != nullptr && value->entries.size() == 1) {
    name = value->entries.front().key;
    name_where = value->entries.front().where;
    parameters = &value->entries.front().value;
  } else if (value != nullptr) {
    report(key, fmt::format("must have exactly one key: {}", what));
    return std::nullopt;
  }
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    diagnostics_->report(name_where, path_of(key),
                         fmt::format("must be {}, got '{}'{}", what, name,
                                     suggestion(name, {names.begin(), names.end()})));
    return std::nullopt;
  }
  Node& noted = note(key);
  noted.kind = Node::Kind::kMapping;
  Node& resolved = noted.entries.emplace_back(Entry{name, {}, {}}).value;
  ObjectReader reader = child(parameters, fmt::format("{}.{}", path_of(key), name), resolved);
  if (parameters == nullptr || parameters->kind == Node::Kind::kNull) {
    reader.fallback_ = name_where;
  }
  return Variant{name, std::move(reader)};
}

std::optional<std::string> ObjectReader::only_key(const std::vector<std::string_view>& names,
                                                  const std::vector<std::string_view>& beside) {
  const std::string what = fmt::format("exactly one key: {}", fmt::join(names, ", "));
  for (const std::string& key : keys()) {
    ask(key);
  }
  std::vector<const Entry*> found;
  if (node_ != nullptr) {
    for (const Entry& entry : node_->entries) {
      if (std::find(beside.begin(), beside.end(), entry.key) == beside.end()) {
        found.push_back(&entry);
      }
    }
  }
  if (found.size() != 1) {
    if (!broken_) {
      report_here(fmt::format("must have {}", what));
    }
    return std::nullopt;
  }
  const Entry& entry = *found.front();
  if (std::find(names.begin(), names.end(), entry.key) == names.end()) {
    diagnostics_->report(entry.where, path_,
                         fmt::format("must have {}; got '{}'{}", what, entry.key,
                                     suggestion(entry.key, {names.begin(), names.end()})));
    return std::nullopt;
  }
  return entry.key;
}

std::vector<std::string> ObjectReader::texts(std::string_view key) {
  const Node* value = ask(key);
  Node& noted = note(key);
  noted.kind = Node::Kind::kSequence;
  std::vector<std::string> texts;
  if (value == nullptr) {
    return texts;
  }
  if (value->kind != Node::Kind::kSequence) {
    report(key, "must be a list of names, such as [first, second]");
  }
  for (const Node& item : value->items) {
    if (item.kind == Node::Kind::kScalar && !item.scalar.empty()) {
      texts.push_back(item.scalar);
      noted.items.push_back(item);
    } else {
      diagnostics_->report(item.where, path_of(key), "must be a list of names");
    }
  }
  return texts;
}

void ObjectReader::each_named(std::string_view key, bool required,
                              const std::function<void(const std::string&, ObjectReader&)>& read) {
  const Node* value = ask(key);
  Node& noted = note(key);
  noted.kind = Node::Kind::kMapping;
  if (value != nullptr && value->kind != Node::Kind::kMapping) {
    report(key, "must be a mapping of names to values");
    return;
  }
  if (value == nullptr || value->entries.empty()) {
    if (required) {
      report_missing(key, "a mapping of at least one name");
    }
    return;
  }
  for (const Entry& entry : value->entries) {
    Node& resolved = noted.entries.emplace_back(Entry{entry.key, {}, {}}).value;
    ObjectReader reader =
        child(&entry.value, fmt::format("{}.{}", path_of(key), entry.key), resolved);
    reader.fallback_ = entry.value.kind == Node::Kind::kNull ? entry.where : entry.value.where;
    read(entry.key, reader);
    reader.finish();
  }
}

void ObjectReader::each_item(std::string_view key, bool required,
                             const std::function<void(std::size_t, ObjectReader&)>& read) {
  const Node* value = ask(key);
  Node& noted = note(key);
  noted.kind = Node::Kind::kSequence;
  if (value != nullptr && value->kind != Node::Kind::kSequence) {
    report(key, "must be a list, each item after a '-'");
    return;
  }
  if (value == nullptr || value->items.empty()) {
    if (required) {
      report_missing(key, "a list of at least one item");
    }
    return;
  }
  std::size_t index = 0;
  for (const Node& item : value->items) {
    Node& resolved = noted.items.emplace_back();
    ObjectReader reader = child(&item, fmt::format("{}.{}", path_of(key), index), resolved);
    read(index++, reader);
    reader.finish();
  }
}

}  // namespace lambdasim::config
