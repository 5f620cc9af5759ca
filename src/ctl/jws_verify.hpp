// gatehousectl jws verify: bare JSON Web Signatures, below the claims.
#pragma once

#include <iosfwd>
#include <string>

#include "ctl/exit_status.hpp"

namespace gatehouse::ctl {

// Reads one compact JWS from `in` and verifies its signature with the keys in `jwks_file`, by the code that
// the gate runs. Prints the payload as it stands; says to `err` why not: kNo if the signature is not good,
// kUsage if the file cannot be used.
ExitStatus verify_jws(const std::string& jwks_file, std::istream& in, std::ostream& out, std::ostream& err);

}  // namespace gatehouse::ctl
