// Node to YAML text.
#include <fmt/format.h>

#include "sim/config/node.h"

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

void write_block(const Node& node, std::size_t indent, bool first_is_placed, std::string& out) {
  bool place = !first_is_placed;
  for (const Entry& entry : node.entries) {
    out.append(place ? indent : 0, ' ');
    place = true;
    out += scalar_text(entry.key);
    out += ':';
    if (is_block(entry.value)) {
      out += '\n';
      write_block(entry.value, indent + 2, false, out);
    } else {
      out += fmt::format(" {}\n", inline_text(entry.value));
    }
  }
  for (const Node& item : node.items) {
    out.append(place ? indent : 0, ' ');
    place = true;
    out += "- ";
    if (is_block(item)) {
      write_block(item, indent + 2, true, out);
    } else {
      out += fmt::format("{}\n", inline_text(item));
    }
  }
}

}  // namespace

std::string to_yaml(const Node& node) {
  if (!is_block(node)) {
    return fmt::format("{}\n", inline_text(node));
  }
  std::string out;
  write_block(node, 0, false, out);
  return out;
}

}  // namespace lambdasim::config
