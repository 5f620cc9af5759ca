// The signature algorithms that Gatehouse knows (RFC 7518 section 3.1, RFC 8037). "none" and the HMAC family
// are not among them, so no token can ask for them.
#pragma once

#include <optional>
#include <string_view>

namespace gatehouse::jose {

enum class Algorithm { kEdDSA, kES256, kRS256, kPS256 };

std::optional<Algorithm> parse_algorithm(std::string_view name);
std::string_view name(Algorithm algorithm);

}  // namespace gatehouse::jose
