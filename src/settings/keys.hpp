// The table of all settings: their names, what may stand there, their defaults and what they mean. The loader
// goes by it, and a test holds docs/settings.md against it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "settings/settings.hpp"
#include "settings/values.hpp"

namespace gatehouse::settings {

struct Key {
  std::string_view section;
  std::string_view name;
  std::string_view form;  // what may stand there, with the unit
  const char* standard;   // the default as a text; nullptr if there is none and the key is required
  std::string_view meaning;
  Read<void> (*apply)(Settings& settings, const Given& given);

  std::string path() const;      // http.listen
  std::string variable() const;  // GATEHOUSE__HTTP__LISTEN
};

// What the variables of all keys begin with.
inline constexpr std::string_view kVariablePrefix = "GATEHOUSE__";

const std::vector<Key>& keys();

}  // namespace gatehouse::settings
