// The three segments of a compact JWS (RFC 7515 section 3.1) and its header, before anything is verified.
// Nothing here may be believed; only verify.hpp makes something that may.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "jose/algorithm.hpp"
#include "jose/error.hpp"
#include "json/document.hpp"

namespace gatehouse::jose {

// The longest token that is looked at, in bytes; also more than nginx's default header buffer takes.
inline constexpr std::size_t kMaxTokenSize = 16 * 1024;

struct Header {
  Algorithm algorithm;
  std::string key_id;  // "kid", empty if absent
  std::string type;    // "typ" in lower case without a leading "application/", empty if absent
};

struct CompactJws {
  Header header;
  std::string_view signing_input;    // header.payload as they stand, within the parsed token
  std::string_view payload_segment;  // still encoded
  std::string signature;
};

// The decoded payload of a token that has been verified before.
std::optional<std::string> payload_of(std::string_view token);

// "jku", "jwk", "x5u" and "x5c" are ignored: a token does not choose its key. Any "crit" or "b64" is refused.
Result<CompactJws, Error> parse_compact(std::string_view token, json::Parser& parser);

}  // namespace gatehouse::jose
