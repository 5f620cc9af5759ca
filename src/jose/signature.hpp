// The bare signature primitives under the keys (RFC 7518 section 3, RFC 8037 section 3.1), private to this
// folder.
#pragma once

#include <string>
#include <string_view>

#include "jose/algorithm.hpp"
#include "jose/evp.hpp"

namespace gatehouse::jose {

// Made ready once for a key: what OpenSSL looks up to prepare one costs 2 us, copying it a tenth. Any number
// of threads may verify with it.
Verifier verifier_of(Algorithm algorithm, EVP_PKEY& key);
// `signature` as a JWS has it: R || S for ES256. Anything but a good signature is false.
bool verify(Algorithm algorithm, const EVP_MD_CTX& verifier, std::string_view message,
            std::string_view signature);
std::string sign(Algorithm algorithm, EVP_PKEY& key, std::string_view message);

}  // namespace gatehouse::jose
