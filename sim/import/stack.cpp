#include "sim/import/stack.h"

#include <fmt/format.h>

#include <algorithm>

namespace lambdasim::import {
namespace {

constexpr std::size_t kLongestName = 58;  // with a number behind it, still a scenario's 64

std::string plain_name(std::string_view name) {
  std::string made;
  for (const char c : name.substr(0, kLongestName)) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '-' || c == '_';
    made += is_plain ? c : '_';
  }
  return made.empty() ? "function" : made;
}

}  // namespace

Function& Stack::add(Function function, std::string_view name) {
  const std::string plain = plain_name(name);
  function.name = plain;
  const auto is_taken = [&](const std::string& wanted) {
    return std::any_of(functions.begin(), functions.end(),
                       [&](const Function& other) { return other.name == wanted; });
  };
  for (int number = 2; is_taken(function.name); ++number) {
    function.name = fmt::format("{}_{}", plain, number);
  }
  functions.push_back(std::move(function));
  return functions.back();
}

void Stack::add_call(const Function& function, const config::Location& where,
                     const std::string& path) {
  sources.push_back({function.id, where, path, "http", {}, {}});
}

void Stack::add_events(const Function& function, const config::Location& where,
                       const std::string& path) {
  sources.push_back({function.id, where, path, "async", function.async, {}});
}

Function* Stack::find(std::string_view id) {
  std::string wanted(id);
  if (const auto other = stands_for.find(wanted); other != stands_for.end()) {
    wanted = other->second;
  }
  const auto found = std::find_if(functions.begin(), functions.end(),
                                  [&](const Function& function) { return function.id == wanted; });
  return found == functions.end() ? nullptr : &*found;
}

}  // namespace lambdasim::import
