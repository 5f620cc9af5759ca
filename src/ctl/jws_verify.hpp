// gatehousectl jws …: bare JSON Web Signatures, below the claims.
#pragma once

#include <iosfwd>
#include <string>

namespace gatehouse::ctl {

// Reads one compact JWS from `in` and verifies its signature with the keys in `jwks_file`, by the code that
// the gate runs. Prints the payload as it stands and returns 0; prints why not to `err` and returns 1 if the
// signature is not good, 2 if the file cannot be used.
int verify_jws(const std::string& jwks_file, std::istream& in, std::ostream& out, std::ostream& err);

}  // namespace gatehouse::ctl
