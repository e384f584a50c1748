// Where a run lies in the calendar: simulated time begins at midnight UTC of a date.
#pragma once

#include <chrono>
#include <string>

namespace lambdasim::models {

/// @param date as ObjectReader::date() gives it: yyyy-mm-dd
inline std::chrono::sys_days day_of(const std::string& date) {
  return std::chrono::sys_days{
      std::chrono::year{std::stoi(date.substr(0, 4))} /
      std::chrono::month{static_cast<unsigned>(std::stoi(date.substr(5, 2)))} /
      std::chrono::day{static_cast<unsigned>(std::stoi(date.substr(8, 2)))}};
}

}  // namespace lambdasim::models
