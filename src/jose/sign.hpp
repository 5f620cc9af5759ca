// Makes a compact JWS (RFC 7515 section 7.1).
#pragma once

#include <string>
#include <string_view>

#include "jose/jwk.hpp"

namespace gatehouse::jose {

// `payload` is signed as it stands; the header has alg, kid and `type`.
std::string sign_compact(const PrivateKey& key, std::string_view type, std::string_view payload);

}  // namespace gatehouse::jose
