#include "store/pq.hpp"

#include <array>
#include <charconv>
#include <cstdio>
#include <stdexcept>

namespace gatehouse::store {
namespace {

// Reads digits up to `stop`, which is taken off the text, too; '\0' stops at the first other character.
int take_number(std::string_view& text, char stop) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const auto size = static_cast<std::size_t>(end - text.data());
  const bool stopped = stop == '\0' || (size < text.size() && text[size] == stop);
  if (error != std::errc{} || !stopped) throw std::runtime_error("not a timestamp in UTC");
  text.remove_prefix(size + (stop == '\0' ? 0 : 1));
  return number;
}

}  // namespace

std::string timestamp_text(Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u %02d:%02d:%02d.%06d+00",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
                static_cast<int>(clock.subseconds().count()));
  return text.data();
}

Time parse_timestamp(std::string_view text) {
  const int year = take_number(text, '-');
  const int month = take_number(text, '-');
  const int day = take_number(text, ' ');
  const int hour = take_number(text, ':');
  const int minute = take_number(text, ':');
  const int second = take_number(text, '\0');
  int microsecond = 0;
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    const std::size_t digits = text.find('+');
    std::string fraction(text.substr(0, digits));
    fraction.resize(6, '0');
    std::string_view rest = fraction;
    microsecond = take_number(rest, '\0');
    text.remove_prefix(std::min(digits, text.size()));
  }
  if (text != "+00") throw std::runtime_error("not a timestamp in UTC");
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  return Time(std::chrono::sys_days(date)) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second) + Duration(microsecond);
}

std::string array_text(const std::vector<std::string>& values) {
  std::string text = "{";
  for (const std::string& value : values) {
    if (text.size() > 1) text += ',';
    text += '"';
    for (const char c : value) {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
    text += '"';
  }
  return text += '}';
}

std::vector<std::string> texts(const pqxx::field& field) {
  std::vector<std::string> values;
  pqxx::array_parser parser = field.as_array();
  for (auto found = parser.get_next(); found.first != pqxx::array_parser::juncture::done;
       found = parser.get_next())
    if (found.first == pqxx::array_parser::juncture::string_value) values.push_back(found.second);
  return values;
}

}  // namespace gatehouse::store

#ifdef __SANITIZE_ADDRESS__
// libpqxx 6.4 loses the result of a statement during which the connection breaks: it asks the dead connection
// for its encoding before it owns the result.
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libpqxx-6";
}
#endif
