// base64url without padding (RFC 4648 section 5, RFC 7515 appendix C). Decoding is canonical: one text for
// each sequence of bytes, so a token cannot be respelled.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::jose {

std::string base64url_encode(std::string_view bytes);
// std::nullopt for padding, white space, characters of other alphabets, an impossible length, or set trailing
// bits.
std::optional<std::string> base64url_decode(std::string_view text);

}  // namespace gatehouse::jose
