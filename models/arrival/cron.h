// A cron expression as EventBridge reads it: minutes, hours, day of month, month, day of week,
// year.
#pragma once

#include <array>
#include <bitset>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace lambdasim::models {

class Cron {
 public:
  using Minute = std::chrono::sys_time<std::chrono::minutes>;

  /// @param text six fields; lists, ranges, steps, names of months and days, L as day of month;
  ///        exactly one of the two days must be `?`
  /// @param mistake says what is wrong when nothing is returned
  static std::optional<Cron> parse(std::string_view text, std::string& mistake);

  /// The first minute from `from` on, before `until`, at which it fires; `until` without one.
  Minute next(Minute from, Minute until) const;

 private:
  bool fires_on(std::chrono::sys_days day) const;

  static constexpr int kFirstYear = 1970;
  std::bitset<60> minutes_;
  std::bitset<24> hours_;
  std::bitset<32> days_;
  bool on_last_day_ = false;
  std::bitset<13> months_;
  std::bitset<8> weekdays_;  // 1 is Sunday
  std::bitset<230> years_;   // from 1970
};

}  // namespace lambdasim::models
