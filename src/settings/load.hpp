// Reads the settings: a TOML file, and variables that stand above it.
//
//   const auto settings = settings::load("/etc/gatehouse/gatehoused.toml", settings::variables(environ));
//   if (!settings) for (const std::string& fault : settings.error()) …
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "settings/settings.hpp"

namespace gatehouse::settings {

using Variables = std::map<std::string, std::string>;

// Those of the environment that begin with GATEHOUSE__.
Variables variables(char** environment);

// The error lists everything that is wrong, each with the key and the file's line or the variable's name.
Result<Settings, std::vector<std::string>> load(const std::string& file, const Variables& variables);

}  // namespace gatehouse::settings
