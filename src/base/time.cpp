#include "base/time.hpp"

#include <array>
#include <cstdio>
#include <ctime>

namespace gatehouse {
namespace {

std::tm utc(Time time) {
  const std::time_t seconds = unix_seconds(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return parts;
}

}  // namespace

std::string rfc3339(Time time) {
  const std::tm parts = utc(time);
  const auto millisecond = static_cast<int>(((unix_milliseconds(time) % 1000) + 1000) % 1000);
  std::array<char, 80> text{};
  const int size =
      std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", parts.tm_year + 1900,
                    parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, millisecond);
  return {text.data(), static_cast<std::size_t>(size)};
}

std::string rfc5322_date(Time time) {
  static constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::tm parts = utc(time);
  std::array<char, 80> text{};
  // Not strftime: day and month names must stay English whatever the locale.
  const int size = std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d +0000",
                                 kDays[static_cast<std::size_t>(parts.tm_wday)], parts.tm_mday,
                                 kMonths[static_cast<std::size_t>(parts.tm_mon)], parts.tm_year + 1900,
                                 parts.tm_hour, parts.tm_min, parts.tm_sec);
  return {text.data(), static_cast<std::size_t>(size)};
}

std::string in_words(std::chrono::seconds time) {
  struct Unit {
    std::int64_t seconds;
    const char* name;
  };
  constexpr std::array<Unit, 4> kUnits{{{86'400, "day"}, {3'600, "hour"}, {60, "minute"}, {1, "second"}}};
  const auto* unit = kUnits.begin();
  while (time.count() % unit->seconds != 0) ++unit;
  const std::int64_t count = time.count() / unit->seconds;
  return std::to_string(count) + " " + unit->name + (count == 1 ? "" : "s");
}

}  // namespace gatehouse
