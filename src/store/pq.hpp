// libpqxx, as this folder uses it: the only place that includes it. Statements are prepared when first used
// on a connection; parameters and columns are our own types.
//
//   constexpr Statement kFind{"device_find", "select name, last_ip from device where id = $1"};
//   const pqxx::result rows = execute(transaction, kFind, id);
//   rows[0]["name"].as<std::string>();
#pragma once

#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/ids.hpp"
#include "base/time.hpp"

namespace gatehouse::store {

// 2026-11-20 13:05:10.250000+00, as PostgreSQL writes and reads a timestamptz of a session in UTC.
std::string timestamp_text(Time time);
Time parse_timestamp(std::string_view text);
// {"a","b"}
std::string array_text(const std::vector<std::string>& values);

}  // namespace gatehouse::store

namespace pqxx {

template <typename Of>
struct string_traits<gatehouse::Id<Of>> {
  static constexpr const char* name() noexcept { return "uuid"; }
  static bool is_null(const gatehouse::Id<Of>&) { return false; }
  static std::string to_string(const gatehouse::Id<Of>& id) { return id.str(); }
};

template <>
struct string_traits<gatehouse::Time> {
  static constexpr const char* name() noexcept { return "timestamptz"; }
  static bool is_null(const gatehouse::Time&) { return false; }
  static std::string to_string(const gatehouse::Time& time) { return gatehouse::store::timestamp_text(time); }
};

template <>
struct string_traits<std::string_view> {
  static constexpr const char* name() noexcept { return "text"; }
  static bool is_null(const std::string_view&) { return false; }
  static std::string to_string(const std::string_view& text) { return std::string(text); }
};

template <>
struct string_traits<std::vector<std::string>> {
  static constexpr const char* name() noexcept { return "text[]"; }
  static bool is_null(const std::vector<std::string>&) { return false; }
  static std::string to_string(const std::vector<std::string>& values) {
    return gatehouse::store::array_text(values);
  }
};

}  // namespace pqxx

namespace gatehouse::store {

struct Statement {
  const char* name;
  const char* sql;
};

template <typename... Parameters>
pqxx::result execute(pqxx::transaction_base& transaction, const Statement& statement,
                     const Parameters&... parameters) {
  transaction.conn().prepare(statement.name, statement.sql);
  return transaction.exec_prepared(statement.name, parameters...);
}

// Bytes for a bytea parameter and from a bytea column.
inline pqxx::binarystring bytes(std::string_view value) {
  return pqxx::binarystring(value.data(), value.size());
}
inline std::string bytes(const pqxx::field& field) {
  return pqxx::binarystring(field).str();
}

// An address for an inet parameter: empty is none.
inline std::optional<std::string> address(const std::string& ip) {
  return ip.empty() ? std::nullopt : std::optional(ip);
}

// The columns of a row. They throw if the value is not of the type, which is a schema that is not ours.
template <typename AnId>
AnId id(const pqxx::field& field) {
  return AnId::parse(field.as<std::string>()).value();
}
template <typename AnId>
std::optional<AnId> optional_id(const pqxx::field& field) {
  return field.is_null() ? std::nullopt : std::optional(id<AnId>(field));
}
inline Time time(const pqxx::field& field) {
  return parse_timestamp(field.c_str());
}
inline std::optional<Time> optional_time(const pqxx::field& field) {
  return field.is_null() ? std::nullopt : std::optional(time(field));
}
inline std::string text(const pqxx::field& field) {
  return field.is_null() ? std::string() : field.as<std::string>();
}
std::vector<std::string> texts(const pqxx::field& field);

}  // namespace gatehouse::store
