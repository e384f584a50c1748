#include "sim/app/terminal.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "sim/app/text.h"
#include "sim/config/units.h"

namespace lambdasim::app {
namespace {

volatile std::sig_atomic_t interrupt_seen = 0;

void on_interrupt(int number) {
  if (interrupt_seen != 0) {
    std::signal(number, SIG_DFL);
    std::raise(number);
  }
  interrupt_seen = 1;
}

std::size_t terminal_width(int descriptor) {
  constexpr std::size_t kUsual = 80;
  winsize size{};
  return ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : kUsual;
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// Of the locale that holds for characters, as POSIX has it: LC_ALL, then LC_CTYPE, then LANG.
bool is_locale_of_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    std::string value = environment(name);
    if (!value.empty()) {
      std::transform(value.begin(), value.end(), value.begin(),
                     [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      return value.find("utf-8") != std::string::npos || value.find("utf8") != std::string::npos;
    }
  }
  return false;
}

std::string time_left(double seconds) {
  constexpr double kMinute = 60.0;
  if (seconds < kMinute) {
    return fmt::format("{:.0f} s left", seconds);
  }
  return seconds < kMinute * kMinute ? fmt::format("{:.0f} min left", seconds / kMinute)
                                     : fmt::format("{:.1f} h left", seconds / kMinute / kMinute);
}

}  // namespace

void print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    throw OutputLost(fmt::format("cannot write the results to stdout: {}", std::strerror(errno)));
  }
}

void tell(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
}

Screen screen() {
  constexpr std::size_t kNarrowest = 60;
  constexpr std::size_t kWidest = 120;
  const auto columns = config::parse_integer(environment("COLUMNS")).value;
  const std::size_t width =
      columns && *columns > 0 ? static_cast<std::size_t>(*columns) : terminal_width(STDOUT_FILENO);
  return {std::clamp(width, kNarrowest, kWidest),
          is_locale_of_utf8() && environment("TERM") != "dumb"};
}

InterruptWatch::InterruptWatch() {
  interrupt_seen = 0;
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  ::sigaction(SIGINT, &action, &old_interrupt_);
  ::sigaction(SIGTERM, &action, &old_terminate_);
}

InterruptWatch::~InterruptWatch() {
  ::sigaction(SIGINT, &old_interrupt_, nullptr);
  ::sigaction(SIGTERM, &old_terminate_, nullptr);
}

bool InterruptWatch::interrupted() {
  return interrupt_seen != 0;
}

ProgressBar::ProgressBar(bool quiet)
    : active_(!quiet && ::isatty(STDERR_FILENO) == 1), began_(std::chrono::steady_clock::now()) {}

void ProgressBar::show(const ExperimentProgress& progress) {
  if (!active_) {
    return;
  }
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - began_;
  const double rate = static_cast<double>(progress.invocations) / std::max(spent.count(), 1e-3);
  std::string facts =
      fmt::format(" {:3.0f} %  {:.1f} h simulated  {} invocations/s", progress.fraction * 100,
                  core::seconds_of(progress.simulated) / 3600.0, format_number(rate));
  if (progress.fraction > 0.01) {
    facts += "  " + time_left(spent.count() * (1 / progress.fraction - 1));
  }
  constexpr std::size_t kLongestBar = 30;
  constexpr std::size_t kShortestBar = 5;
  const std::size_t width = terminal_width(STDERR_FILENO);
  std::string line;
  if (width > facts.size() + kShortestBar + 3) {
    const std::size_t length = std::min(kLongestBar, width - facts.size() - 3);
    const auto full = static_cast<std::size_t>(progress.fraction * static_cast<double>(length));
    line = "[" + std::string(full, '#') + std::string(length - full, '.') + "]";
  }
  line += facts;
  line.resize(std::min(line.size(), width - 1));
  tell("\r" + line + "\033[K");
  shown_ = true;
}

void ProgressBar::clear() {
  if (shown_) {
    tell("\r\033[K");
    shown_ = false;
  }
}

}  // namespace lambdasim::app
