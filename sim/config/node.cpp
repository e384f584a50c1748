#include "sim/config/node.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace lambdasim::config {
namespace {

bool is_number(std::string_view text) {
  return !text.empty() && text.size() < 10 &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::size_t to_index(std::string_view text) {
  std::size_t index = 0;
  std::from_chars(text.data(), text.data() + text.size(), index);
  return index;
}

std::string join(const std::string& path, std::string_view key) {
  return path.empty() ? std::string{key} : fmt::format("{}.{}", path, key);
}

class Overlay {
 public:
  Overlay(const Alternatives& alternatives, Diagnostics& diagnostics)
      : alternatives_(alternatives), diagnostics_(diagnostics) {}

  void lay(Node& base, const Node& over, const std::string& path, bool is_item = false) {
    if (over.kind != Node::Kind::kMapping) {
      base = over;
    } else if (base.kind == Node::Kind::kSequence && is_by_number(over)) {
      lay_on_items(base, over, path);
    } else if (base.kind != Node::Kind::kMapping) {
      base = over;
    } else if (const Entry* only = alternative(base, is_item);
               only != nullptr && replaces(*only, over)) {
      replace(base, only->key, over);
    } else {
      for (const Entry& entry : over.entries) {
        if (Node* found = base.find(entry.key)) {
          lay(*found, entry.value, join(path, entry.key));
        } else {
          base.entries.push_back(entry);
        }
      }
    }
  }

 private:
  static bool is_by_number(const Node& over) {
    return !over.entries.empty() &&
           std::all_of(over.entries.begin(), over.entries.end(),
                       [](const Entry& entry) { return is_number(entry.key); });
  }

  void lay_on_items(Node& base, const Node& over, const std::string& path) {
    for (const Entry& entry : over.entries) {
      const std::size_t index = to_index(entry.key);
      if (index >= base.items.size()) {
        diagnostics_.report(entry.where, join(path, entry.key),
                            fmt::format("there is no item {}; the list has {}, counted from 0",
                                        index, base.items.size()));
        continue;
      }
      auto item = base.items.begin();
      std::advance(item, index);
      lay(*item, entry.value, join(path, entry.key), true);
    }
  }

  bool is_whole(std::string_view name) const {
    return alternatives_.whole.contains(name) || alternatives_.items.contains(name);
  }

  /// The entry that says what kind of thing the mapping is, if there is one.
  const Entry* alternative(const Node& node, bool is_item) const {
    const Entry* only = nullptr;
    for (const Entry& entry : node.entries) {
      if (!alternatives_.beside.contains(entry.key)) {
        if (only != nullptr) {
          return nullptr;
        }
        only = &entry;
      }
    }
    const bool known = only != nullptr && (alternatives_.merged.contains(only->key) ||
                                           alternatives_.whole.contains(only->key) ||
                                           (is_item && alternatives_.items.contains(only->key)));
    return known ? only : nullptr;
  }

  bool replaces(const Entry& alternative, const Node& over) const {
    if (over.entries.empty()) {
      return is_whole(alternative.key);
    }
    return std::any_of(over.entries.begin(), over.entries.end(), [&](const Entry& entry) {
      return !alternatives_.beside.contains(entry.key) &&
             (is_whole(alternative.key) || entry.key != alternative.key);
    });
  }

  void replace(Node& base, const std::string& name, const Node& over) const {
    Node made = over;
    if (over.find(name) != nullptr) {
      for (const Entry& entry : base.entries) {
        if (entry.key != name && made.find(entry.key) == nullptr) {
          made.entries.push_back(entry);
        }
      }
    }
    base = std::move(made);
  }

  const Alternatives& alternatives_;
  Diagnostics& diagnostics_;
};

}  // namespace

const Node* Node::find(std::string_view key) const {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [key](const Entry& entry) { return entry.key == key; });
  return found == entries.end() ? nullptr : &found->value;
}

Node* Node::find(std::string_view key) {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [key](const Entry& entry) { return entry.key == key; });
  return found == entries.end() ? nullptr : &found->value;
}

void Node::erase(std::string_view key) {
  entries.remove_if([key](const Entry& entry) { return entry.key == key; });
}

void overlay(Node& base, const Node& over, const Alternatives& alternatives,
             Diagnostics& diagnostics, const std::string& path) {
  Overlay{alternatives, diagnostics}.lay(base, over, path);
}

void relocate(Node& node, const Location& where) {
  node.where = where;
  for (Node& item : node.items) {
    relocate(item, where);
  }
  for (Entry& entry : node.entries) {
    entry.where = where;
    relocate(entry.value, where);
  }
}

Node nested(std::string_view path, const Node& value, const Location& where,
            Diagnostics& diagnostics) {
  const std::size_t dot = path.find('.');
  const std::string_view key = path.substr(0, dot);
  Node node;
  node.kind = Node::Kind::kMapping;
  node.where = where;
  if (key.empty() || path.ends_with('.') || path.find("..") != std::string_view::npos) {
    diagnostics.report(where, "",
                       fmt::format("'{}' is no path; a path is keys joined by dots, such as "
                                   "functions.get_user.memory",
                                   path));
    return node;
  }
  node.entries.push_back({std::string{key}, where,
                          dot == std::string_view::npos
                              ? value
                              : nested(path.substr(dot + 1), value, where, diagnostics)});
  return node;
}

}  // namespace lambdasim::config
