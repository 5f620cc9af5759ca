#include "store/pq.hpp"

#include <postgresql/libpq-fe.h>

#include <array>
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

bool Field::is_null() const {
  return PQgetisnull(result_, row_, column_) != 0;
}

std::string_view Field::view() const {
  return {PQgetvalue(result_, row_, column_), static_cast<std::size_t>(PQgetlength(result_, row_, column_))};
}

Field Row::operator[](const char* column) const {
  const int number = PQfnumber(result_.get(), column);
  if (number < 0) throw std::runtime_error("PostgreSQL: there is no column " + std::string(column));
  return (*this)[number];
}

int Rows::size() const {
  return PQntuples(result_.get());
}

int Rows::columns() const {
  return PQnfields(result_.get());
}

std::size_t Rows::affected_rows() const {
  const std::string_view number = PQcmdTuples(result_.get());
  std::size_t rows = 0;
  std::from_chars(number.data(), number.data() + number.size(), rows);
  return rows;
}

std::string_view Rows::command() const {
  return PQcmdStatus(result_.get());
}

std::string bytes(const Field& field) {
  std::size_t size = 0;
  const auto* text = reinterpret_cast<const unsigned char*>(field.view().data());
  const std::unique_ptr<unsigned char, decltype(&PQfreemem)> value(PQunescapeBytea(text, &size), PQfreemem);
  if (!value) throw std::bad_alloc();
  return {reinterpret_cast<const char*>(value.get()), size};
}

// {plain,"in quotes",NULL} (PostgreSQL's manual, section 8.15.6), of one dimension.
std::vector<std::string> texts(const Field& field) {
  std::vector<std::string> values;
  std::string_view rest = field.view();
  if (rest.empty() || rest == "{}") return values;
  while (rest.size() > 1) {
    rest.remove_prefix(1);  // the brace or comma before it
    std::string value;
    bool quoted = false;
    for (bool within = false; !rest.empty() && (within || (rest[0] != ',' && rest[0] != '}'));) {
      if (rest[0] == '"') {
        within = !within;
        quoted = true;
      } else {
        if (rest[0] == '\\') rest.remove_prefix(1);
        value += rest.at(0);
      }
      rest.remove_prefix(1);
    }
    if (quoted || value != "NULL") values.push_back(std::move(value));
  }
  return values;
}

}  // namespace gatehouse::store
