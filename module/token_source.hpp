// Where a request carries its token.
#pragma once

#include <optional>
#include <string_view>

namespace gatehouse::gate {

struct TokenText {
  enum class Kind {
    kNone,       // no token, or a scheme that is not ours
    kToken,      // `text` is to be verified; it may still not be a b64token
    kMalformed,  // not what RFC 9110 section 11.4 and RFC 6750 section 2.1 allow
  };
  Kind kind;
  std::string_view text{};
};

// From the value of the Authorization header, std::nullopt if there is none.
TokenText bearer_token(std::optional<std::string_view> authorization);

// Whether a token has the characters that RFC 6750 section 2.1 allows. This is left to when it is verified,
// since a look at each character costs more than to find the token in the cache.
bool is_b64token(std::string_view text);

}  // namespace gatehouse::gate
