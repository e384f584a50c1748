#include "sim/config/diagnostics.h"

#include <fmt/format.h>

#include <algorithm>

namespace lambdasim::config {
namespace {

std::string all_of(const std::vector<Diagnostic>& diagnostics) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics) {
    text += text.empty() ? "" : "\n";
    text += to_string(diagnostic);
  }
  return text;
}

}  // namespace

std::string to_string(const Diagnostic& diagnostic) {
  const Location& where = diagnostic.where;
  std::string text = where.file;
  if (where.line > 0) {
    text += fmt::format(":{}:{}", where.line, where.column);
  }
  if (!diagnostic.path.empty()) {
    text += ": " + diagnostic.path;
  }
  return text + ": " + diagnostic.message;
}

void Diagnostics::report(Location where, std::string path, std::string message, bool no_input) {
  found_.push_back({std::move(where), std::move(path), std::move(message), no_input});
}

std::vector<Diagnostic> Diagnostics::sorted() const {
  std::vector<Diagnostic> all = found_;
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

InvalidInput::InvalidInput(std::vector<Diagnostic> diagnostics)
    : std::runtime_error(all_of(diagnostics)), diagnostics_(std::move(diagnostics)) {}

bool InvalidInput::only_no_input() const {
  return std::all_of(diagnostics_.begin(), diagnostics_.end(),
                     [](const Diagnostic& diagnostic) { return diagnostic.no_input; });
}

}  // namespace lambdasim::config
