// Files that the configuration names.
#pragma once

#include <string>

#include "base/result.hpp"

namespace gatehouse::gate {

// The whole file; the error says in words why it cannot be had, without its name.
Result<std::string, std::string> read_file(const std::string& path);

}  // namespace gatehouse::gate
