// Node to YAML text.
#include <fmt/format.h>

#include "sim/config/dialect.h"

namespace lambdasim::config {
namespace {

constexpr std::string_view kLetters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

bool is_null_word(std::string_view text) {
  return text == "null" || text == "Null" || text == "NULL" || text == "~";
}

bool is_plain(std::string_view text) {
  if (text.empty() || is_null_word(text) || text.ends_with(' ') || text.ends_with(':')) {
    return false;
  }
  if (kLetters.find(text.front()) == std::string_view::npos && text.front() != '/') {
    return false;
  }
  const bool allowed = text.find_first_not_of(std::string{kLetters} + " ./%+:@()-,;='*?!<>") ==
                       std::string_view::npos;
  return allowed && text.find(": ") == std::string_view::npos;
}

std::string quoted(std::string_view text) {
  std::string out(1, '"');
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (code < 0x20 || code == 0x7f) {
      out += fmt::format("\\x{:02x}", code);
    } else {
      out += c;
    }
  }
  out += '"';
  return out;
}

std::string scalar_text(std::string_view text) {
  return is_plain(text) ? std::string{text} : quoted(text);
}

bool is_block(const Node& node) {
  return !node.entries.empty() || !node.items.empty();
}

std::string inline_text(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kScalar:
      return scalar_text(node.scalar);
    case Node::Kind::kMapping:
      return "{}";
    case Node::Kind::kSequence:
      return "[]";
    default:
      return "null";
  }
}

class Writer {
 public:
  explicit Writer(const Comments& comments) : comments_(comments) {}

  void block(const Node& node, std::size_t indent, bool first_is_placed) {
    bool place = !first_is_placed;
    for (const Entry& entry : node.entries) {
      if (place) {
        begin(entry.value, indent);
      }
      place = true;
      out_ += scalar_text(entry.key);
      out_ += ':';
      value(entry.value, indent + 2, is_block(entry.value) ? "" : " ");
    }
    for (const Node& item : node.items) {
      if (place) {
        begin(item, indent);
      }
      place = true;
      out_ += "- ";
      if (is_block(item)) {
        block(item, indent + 2, true);
      } else {
        value(item, indent + 2, "");
      }
    }
  }

  std::string take() { return std::move(out_); }

 private:
  void begin(const Node& node, std::size_t indent) {
    if (const auto above = comments_.above.find(&node); above != comments_.above.end()) {
      for (const std::string& line : above->second) {
        out_ += line.empty() ? "\n" : fmt::format("{:{}}# {}\n", "", indent, line);
      }
    }
    out_.append(indent, ' ');
  }

  void value(const Node& node, std::size_t indent, std::string_view space) {
    const auto beside = comments_.beside.find(&node);
    const std::string comment =
        beside == comments_.beside.end() ? std::string{} : "  # " + beside->second;
    if (is_block(node)) {
      out_ += comment + '\n';
      block(node, indent, false);
    } else {
      out_ += fmt::format("{}{}{}\n", space, inline_text(node), comment);
    }
  }

  const Comments& comments_;
  std::string out_;
};

}  // namespace

std::string to_yaml(const Node& node) {
  return to_yaml(node, {});
}

std::string to_yaml(const Node& node, const Comments& comments) {
  if (!is_block(node)) {
    return fmt::format("{}\n", inline_text(node));
  }
  Writer writer(comments);
  writer.block(node, 0, false);
  return writer.take();
}

}  // namespace lambdasim::config
