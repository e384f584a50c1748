// What goes to the terminal: results on stdout, progress and messages on stderr, Ctrl-C.
#pragma once

#include <chrono>
#include <csignal>
#include <stdexcept>
#include <string>
#include <string_view>

#include "sim/app/experiment.h"

namespace lambdasim::app {

/// stdout cannot take what is written to it (a full disk behind it, a closed pipe).
class OutputLost : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Writes results. @throws OutputLost
void print(std::string_view text);
/// Writes a message for people.
void tell(std::string_view text);

/// What can be drawn on stdout: lines of 60 to 120 characters (as COLUMNS says, else the terminal,
/// else 80), in Unicode where the locale is of UTF-8 and TERM is not `dumb`.
struct Screen {
  std::size_t width = 80;
  bool unicode = false;
};
Screen screen();

/// While it lives, Ctrl-C and SIGTERM ask for an orderly end; a second one ends the program at
/// once.
class InterruptWatch {
 public:
  InterruptWatch();
  ~InterruptWatch();
  InterruptWatch(const InterruptWatch&) = delete;
  InterruptWatch& operator=(const InterruptWatch&) = delete;
  static bool interrupted();

 private:
  struct sigaction old_interrupt_ {};
  struct sigaction old_terminate_ {};
};

/// One line on stderr that moves on: share done, invocations a second, time left. Silent unless
/// stderr is a terminal.
class ProgressBar {
 public:
  explicit ProgressBar(bool quiet);
  void show(const ExperimentProgress& progress);
  /// Takes the line away.
  void clear();

 private:
  bool active_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point began_;
};

}  // namespace lambdasim::app
