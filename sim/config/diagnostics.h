// Everything that is wrong with the input, collected: nothing stops at the first mistake.
#pragma once

#include <compare>
#include <stdexcept>
#include <string>
#include <vector>

namespace lambdasim::config {

/// A place in an input file; lines and columns count from 1. line 0: the file as a whole.
struct Location {
  std::string file;
  int line = 0;
  int column = 0;
  auto operator<=>(const Location&) const = default;
};

/// One mistake: `file:line:col: path: message`. The message says what is wrong and what is right.
struct Diagnostic {
  Location where;
  std::string path;  ///< e.g. functions.resize.memory; empty for the file as a whole
  std::string message;
  bool no_input = false;  ///< a file that the input names is not there or cannot be read
  auto operator<=>(const Diagnostic&) const = default;
};

std::string to_string(const Diagnostic& diagnostic);

class Diagnostics {
 public:
  void report(Location where, std::string path, std::string message, bool no_input = false);
  bool empty() const { return found_.empty(); }
  /// Sorted by place, each mistake once (designs share what they do not change).
  std::vector<Diagnostic> sorted() const;

 private:
  std::vector<Diagnostic> found_;
};

/// Thrown when an input has mistakes: carries all of them.
class InvalidInput : public std::runtime_error {
 public:
  explicit InvalidInput(std::vector<Diagnostic> diagnostics);
  const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }
  /// Whether nothing is wrong but files that cannot be read.
  bool only_no_input() const;

 private:
  std::vector<Diagnostic> diagnostics_;
};

/// Thrown when an input file is not there or cannot be read.
class NoInput : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace lambdasim::config
