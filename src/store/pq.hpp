// What travels to PostgreSQL and back: statements, their parameters and rows, over libpq. Parameters and
// columns are our own types.
//
//   constexpr Statement kFind{"device_find", "select name, last_ip from device where id = $1"};
//   const Rows rows = connection.execute(kFind, id);                  // connection.hpp
//   rows[0]["name"].as<std::string>();
#pragma once

#include <charconv>
#include <concepts>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/ids.hpp"
#include "base/time.hpp"

struct pg_result;

namespace gatehouse::store {

// Prepared when first used on a connection; the name stands for the text there.
struct Statement {
  const char* name;
  const char* sql;
};

// 2026-11-20 13:05:10.250000+00, as PostgreSQL writes and reads a timestamptz of a session in UTC.
std::string timestamp_text(Time time);
Time parse_timestamp(std::string_view text);
// {"a","b"}
std::string array_text(const std::vector<std::string>& values);

// Bytes for a bytea parameter.
struct Bytes {
  std::string_view value;
};
inline Bytes bytes(std::string_view value) {
  return {value};
}

// A value in place of $1, $2 …: its text, or its bytes as they are, or null.
class Parameter {
 public:
  Parameter(std::string_view text) : value_(text) {}
  Parameter(const std::string& text) : value_(text) {}
  Parameter(const char* text) : value_(text) {}
  Parameter(std::integral auto number) : value_(std::to_string(number)) {}
  Parameter(bool flag) : value_(flag ? "t" : "f") {}
  Parameter(Time time) : value_(timestamp_text(time)) {}
  Parameter(Duration duration) : value_(std::to_string(duration.count()) + " microseconds") {}
  Parameter(const std::vector<std::string>& values) : value_(array_text(values)) {}
  Parameter(Bytes bytes) : value_(bytes.value), binary_(true) {}
  template <typename Of>
  Parameter(const Id<Of>& id) : value_(id.str()) {}
  template <typename T>
  Parameter(const std::optional<T>& value) {
    if (value) *this = Parameter(*value);
  }

  const char* data() const { return value_ ? value_->data() : nullptr; }
  int size() const { return value_ ? static_cast<int>(value_->size()) : 0; }
  int format() const { return binary_ ? 1 : 0; }

 private:
  std::optional<std::string> value_;
  bool binary_ = false;
};

// A column of a row, as long as the row lives.
class Field {
 public:
  Field(const pg_result* result, int row, int column) : result_(result), row_(row), column_(column) {}

  bool is_null() const;
  // Empty for null.
  std::string_view view() const;

  // Throws if the value is not of the type, which is a schema that is not ours.
  template <typename T>
  T as() const {
    if (is_null()) throw std::runtime_error("PostgreSQL: a column is null");
    const std::string_view value = view();
    if constexpr (std::same_as<T, std::string>) {
      return std::string(value);
    } else if constexpr (std::same_as<T, bool>) {
      return value == "t";
    } else {
      T number{};
      const char* end = value.data() + value.size();
      if (const auto read = std::from_chars(value.data(), end, number);
          read.ec != std::errc{} || read.ptr != end)
        throw std::runtime_error("PostgreSQL: a column is not the number that was expected");
      return number;
    }
  }

 private:
  const pg_result* result_;
  int row_;
  int column_;
};

class Row {
 public:
  Row(std::shared_ptr<pg_result> result, int row) : result_(std::move(result)), row_(row) {}

  Field operator[](int column) const { return {result_.get(), row_, column}; }
  Field operator[](const char* column) const;

 private:
  std::shared_ptr<pg_result> result_;
  int row_;
};

// The answer to a statement.
class Rows {
 public:
  explicit Rows(std::shared_ptr<pg_result> result) : result_(std::move(result)) {}

  int size() const;
  bool empty() const { return size() == 0; }
  int columns() const;
  Row operator[](int row) const { return {result_, row}; }
  std::size_t affected_rows() const;
  // The command that it answers: "COMMIT", "INSERT 0 1".
  std::string_view command() const;

  class Iterator {
   public:
    Iterator(const Rows& rows, int row) : rows_(&rows), row_(row) {}
    Row operator*() const { return (*rows_)[row_]; }
    Iterator& operator++() {
      ++row_;
      return *this;
    }
    bool operator==(const Iterator&) const = default;

   private:
    const Rows* rows_;
    int row_;
  };
  Iterator begin() const { return {*this, 0}; }
  Iterator end() const { return {*this, size()}; }

 private:
  std::shared_ptr<pg_result> result_;
};

// An address for an inet parameter: empty is none.
inline std::optional<std::string> address(const std::string& ip) {
  return ip.empty() ? std::nullopt : std::optional(ip);
}

// The columns of a row. They throw as Field::as does.
std::string bytes(const Field& field);
template <typename AnId>
AnId id(const Field& field) {
  return AnId::parse(field.view()).value();
}
template <typename AnId>
std::optional<AnId> optional_id(const Field& field) {
  return field.is_null() ? std::nullopt : std::optional(id<AnId>(field));
}
inline Time time(const Field& field) {
  return parse_timestamp(field.view());
}
inline std::optional<Time> optional_time(const Field& field) {
  return field.is_null() ? std::nullopt : std::optional(time(field));
}
inline std::string text(const Field& field) {
  return std::string(field.view());
}
std::vector<std::string> texts(const Field& field);

}  // namespace gatehouse::store
