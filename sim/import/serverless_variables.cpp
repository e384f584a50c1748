#include "sim/import/serverless_variables.h"

#include <algorithm>
#include <vector>

namespace lambdasim::import {
namespace {

using config::Node;

constexpr int kDeepest = 30;
constexpr int kMost = 20'000;
constexpr std::size_t kLongest = 100'000;  // characters of one text

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  const std::size_t end = text.find_last_not_of(" \t");
  return begin == std::string::npos ? "" : text.substr(begin, end - begin + 1);
}

/// The parts between commas that stand in neither quotes nor parentheses.
std::vector<std::string> alternatives(const std::string& text) {
  std::vector<std::string> parts(1);
  char quote = 0;
  int open = 0;
  for (const char c : text) {
    if (quote != 0) {
      quote = c == quote ? '\0' : quote;
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else {
      open += c == '(' ? 1 : c == ')' ? -1 : 0;
    }
    if (c == ',' && quote == 0 && open == 0) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

/// Where the variable ends that begins at `open`, whatever variables are within it.
std::size_t closing(const std::string& text, std::size_t open) {
  int depth = 0;
  for (std::size_t at = open; at < text.size(); ++at) {
    if (text.compare(at, 2, "${") == 0) {
      ++depth;
    } else if (text[at] == '}' && --depth == 0) {
      return at;
    }
  }
  return std::string::npos;
}

Node scalar(std::string text) {
  Node node;
  node.kind = Node::Kind::kScalar;
  node.scalar = std::move(text);
  return node;
}

bool is_literal(const std::string& text) {
  return text == "true" || text == "false" ||
         (!text.empty() && text.find_first_not_of("0123456789.-") == std::string::npos);
}

}  // namespace

Node ServerlessVariables::resolve(const Node& node) {
  if (node.kind == Node::Kind::kScalar) {
    return resolve_text(node);
  }
  Node made = node;
  for (Node& item : made.items) {
    item = resolve(item);
  }
  for (config::Entry& entry : made.entries) {
    entry.value = resolve(entry.value);
  }
  return made;
}

Node ServerlessVariables::resolve_text(const Node& node) {
  Node made = node;
  std::size_t open = made.scalar.rfind("${");  // backwards: the innermost comes first
  while (open != std::string::npos && made.scalar.size() < kLongest && resolved_ < kMost) {
    const std::size_t close = closing(made.scalar, open);
    Node value;
    ++resolved_;
    if (close != std::string::npos &&
        value_of(made.scalar.substr(open + 2, close - open - 2), value) == Found::kValue) {
      if (open == 0 && close + 1 == made.scalar.size() && value.kind != Node::Kind::kScalar) {
        config::relocate(value, node.where);
        return value;
      }
      if (value.kind == Node::Kind::kScalar) {
        made.scalar.replace(open, close + 1 - open, value.scalar);
      }
    }
    open = open == 0 ? std::string::npos : made.scalar.rfind("${", open - 1);
  }
  return made;
}

ServerlessVariables::Found ServerlessVariables::value_of(const std::string& expression,
                                                         Node& value) {
  for (const std::string& part : alternatives(expression)) {
    const Found found = value_of_one(trimmed(part), value);
    if (found != Found::kNone) {
      return found;
    }
  }
  return Found::kNone;
}

ServerlessVariables::Found ServerlessVariables::value_of_one(const std::string& source,
                                                             Node& value) {
  if (source.size() >= 2 && (source.front() == '\'' || source.front() == '"') &&
      source.back() == source.front()) {
    value = scalar(source.substr(1, source.size() - 2));
    return Found::kValue;
  }
  if (is_literal(source)) {
    value = scalar(source);
    return Found::kValue;
  }
  if (source.starts_with("self:")) {
    return own(source.substr(5), value);
  }
  if (source == "sls:stage") {
    if (value_of("opt:stage, self:provider.stage, 'dev'", value) == Found::kValue) {
      return Found::kValue;
    }
    return Found::kUnknown;
  }
  const bool is_option = source.starts_with("opt:");
  if (is_option || source.starts_with("param:")) {
    const auto given = options_.find(source.substr(source.find(':') + 1));
    if (given != options_.end()) {
      value = scalar(given->second);
      return Found::kValue;
    }
    return Found::kNone;
  }
  return source.starts_with("env:") ? Found::kNone : Found::kUnknown;
}

ServerlessVariables::Found ServerlessVariables::own(const std::string& path, Node& value) {
  const Node* node = &root_;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('.', begin), path.size());
    node = node->find(path.substr(begin, end - begin));
    if (node == nullptr) {
      return Found::kNone;
    }
    begin = end + 1;
  }
  if (depth_ >= kDeepest || node->kind == Node::Kind::kNull) {
    return Found::kUnknown;
  }
  ++depth_;
  value = resolve(*node);
  --depth_;
  return Found::kValue;
}

}  // namespace lambdasim::import
