#include "http/message.hpp"

#include <strings.h>

#include <algorithm>

namespace gatehouse::http {
namespace {

// Not std::tolower: header names are ASCII, whatever the locale.
auto named(std::string_view name) {
  return [name](const Headers::Field& field) {
    return field.name.size() == name.size() && strncasecmp(field.name.data(), name.data(), name.size()) == 0;
  };
}

}  // namespace

void Headers::set(std::string_view name, std::string value) {
  std::erase_if(fields_, named(name));
  add(std::string(name), std::move(value));
}

std::size_t Headers::count(std::string_view name) const {
  return static_cast<std::size_t>(std::count_if(fields_.begin(), fields_.end(), named(name)));
}

std::optional<std::string_view> Headers::only(std::string_view name) const {
  const auto field = std::find_if(fields_.begin(), fields_.end(), named(name));
  if (field == fields_.end() || std::any_of(field + 1, fields_.end(), named(name))) return std::nullopt;
  return field->value;
}

}  // namespace gatehouse::http
