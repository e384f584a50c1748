#include "models/arrival/cron.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <span>
#include <vector>

namespace lambdasim::models {
namespace {

using namespace std::chrono;

constexpr std::array<std::string_view, 12> kMonths{"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                   "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr std::array<std::string_view, 7> kDays{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    if (separator != ' ' || end > begin) {
      parts.push_back(text.substr(begin, end - begin));
    }
    begin = end + 1;
  }
  return parts;
}

/// What the values of one field may be.
struct Field {
  std::string_view name;
  int least;
  int most;
  std::span<const std::string_view> names;  // of least, least + 1, ...
};

std::optional<int> value_of(std::string_view text, const Field& field) {
  const auto named = std::find(field.names.begin(), field.names.end(), text);
  if (named != field.names.end()) {
    return field.least + static_cast<int>(named - field.names.begin());
  }
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < field.least ||
      value > field.most) {
    return std::nullopt;
  }
  return value;
}

/// Sets the bits of `*`, `5`, `1-5`, `*/10`, `0/15` or `8-18/2`; counted from `base`.
template <class Bits>
bool set_range(std::string_view text, const Field& field, int base, Bits& bits) {
  const std::size_t slash = text.find('/');
  int step = 1;
  if (slash != std::string_view::npos) {
    const auto given = value_of(text.substr(slash + 1), {field.name, 1, field.most, {}});
    if (!given) {
      return false;
    }
    step = *given;
    text = text.substr(0, slash);
  }
  int from = field.least;
  int to = field.most;
  if (text != "*") {
    const std::size_t dash = text.find('-');
    const auto first = value_of(text.substr(0, dash), field);
    const bool is_range = dash != std::string_view::npos;
    const auto last = is_range ? value_of(text.substr(dash + 1), field) : first;
    if (!first || !last || *last < *first) {
      return false;
    }
    from = *first;
    to = is_range || slash == std::string_view::npos ? *last : field.most;
  }
  for (int value = from; value <= to; value += step) {
    bits.set(static_cast<std::size_t>(value - base));
  }
  return true;
}

template <class Bits>
bool read_field(std::string_view text, const Field& field, int base, Bits& bits,
                std::string& mistake) {
  for (const std::string_view part : split(text, ',')) {
    if (!set_range(part, field, base, bits)) {
      mistake =
          fmt::format("'{}' is no {} (from {} to {})", part, field.name, field.least, field.most);
      return false;
    }
  }
  return true;
}

}  // namespace

std::optional<Cron> Cron::parse(std::string_view text, std::string& mistake) {
  const std::vector<std::string_view> fields = split(text, ' ');
  if (fields.size() != 6) {
    mistake = fmt::format(
        "must have six fields (minutes, hours, day of month, month, day of week, year), got {}",
        fields.size());
    return std::nullopt;
  }
  if ((fields[2] == "?") == (fields[4] == "?")) {
    mistake = "exactly one of day of month and day of week must be '?'";
    return std::nullopt;
  }
  Cron cron;
  const std::string_view day = fields[2] == "?" ? "*" : fields[2];
  cron.on_last_day_ = day == "L";
  const bool good =
      read_field(fields[0], {"minute", 0, 59, {}}, 0, cron.minutes_, mistake) &&
      read_field(fields[1], {"hour", 0, 23, {}}, 0, cron.hours_, mistake) &&
      (cron.on_last_day_ || read_field(day, {"day of month", 1, 31, {}}, 0, cron.days_, mistake)) &&
      read_field(fields[3], {"month", 1, 12, kMonths}, 0, cron.months_, mistake) &&
      read_field(fields[4] == "?" ? "*" : fields[4], {"day of week", 1, 7, kDays}, 0,
                 cron.weekdays_, mistake) &&
      read_field(fields[5], {"year", kFirstYear, 2199, {}}, kFirstYear, cron.years_, mistake);
  return good ? std::optional{cron} : std::nullopt;
}

bool Cron::fires_on(sys_days day) const {
  const year_month_day date{day};
  const int year = static_cast<int>(date.year());
  const bool is_last = date == year_month_day_last{date.year(), month_day_last{date.month()}};
  return year >= kFirstYear && year <= 2199 &&
         years_.test(static_cast<std::size_t>(year - kFirstYear)) &&
         months_.test(static_cast<unsigned>(date.month())) &&
         (on_last_day_ ? is_last : days_.test(static_cast<unsigned>(date.day()))) &&
         weekdays_.test(weekday{day}.c_encoding() + 1);
}

Cron::Minute Cron::next(Minute from, Minute until) const {
  for (sys_days day = floor<days>(from); day < until; day += days{1}) {
    if (!fires_on(day)) {
      continue;
    }
    for (Minute minute = std::max<Minute>(from, day);
         minute < std::min<Minute>(until, day + days{1}); minute += minutes{1}) {
      const auto since_midnight = (minute - day).count();
      if (hours_.test(static_cast<std::size_t>(since_midnight / 60)) &&
          minutes_.test(static_cast<std::size_t>(since_midnight % 60))) {
        return minute;
      }
    }
  }
  return until;
}

}  // namespace lambdasim::models
