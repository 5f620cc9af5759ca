// One GET, for the doctor.
#pragma once

#include <string>

#include "base/result.hpp"

namespace gatehouse::ctl {

struct Probed {
  long status;
  std::string challenge;  // WWW-Authenticate; empty if there is none
  std::string body;       // at most 64 KiB of it
};

// Through `unix_socket` if that is not empty. The error is curl's words.
Result<Probed, std::string> probe(const std::string& url, const std::string& unix_socket = "");

}  // namespace gatehouse::ctl
