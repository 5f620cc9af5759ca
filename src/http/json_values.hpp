// How the values of the domain stand in a JSON answer. For handlers' .cpp files alone: it opens nlohmann.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "base/uuid.hpp"

namespace gatehouse::http {

// What is not there is null, so that every answer has the same members.
inline nlohmann::ordered_json or_null(const std::string& text) {
  return text.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(text);
}
inline nlohmann::ordered_json or_null(const std::optional<Time>& time) {
  return time ? nlohmann::ordered_json(rfc3339(*time)) : nlohmann::ordered_json();
}
template <typename Of>
nlohmann::ordered_json or_null(const std::optional<Id<Of>>& id) {
  return id ? nlohmann::ordered_json(id->str()) : nlohmann::ordered_json();
}

}  // namespace gatehouse::http
