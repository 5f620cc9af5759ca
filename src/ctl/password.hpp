// A password from the operator: typed twice without echo, or the first line of standard input.
#pragma once

#include <string>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "ctl/context.hpp"

namespace gatehouse::ctl {

// The error says in words why there is none.
Result<Secret, std::string> ask_for_password(std::ostream& err);
Result<Secret, std::string> read_password(std::istream& in);

}  // namespace gatehouse::ctl
