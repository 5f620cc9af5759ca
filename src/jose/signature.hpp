// The bare signature primitives under the keys (RFC 7518 section 3, RFC 8037 section 3.1), private to this
// folder.
#pragma once

#include <string>
#include <string_view>

#include "jose/algorithm.hpp"
#include "jose/evp.hpp"

namespace gatehouse::jose {

// `signature` as a JWS has it: R || S for ES256. Anything but a good signature is false.
bool verify(Algorithm algorithm, EVP_PKEY& key, std::string_view message, std::string_view signature);
std::string sign(Algorithm algorithm, EVP_PKEY& key, std::string_view message);

}  // namespace gatehouse::jose
