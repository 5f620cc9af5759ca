// Where a request carries its token: "Authorization: Bearer …" (RFC 6750 section 2.1), a cookie, an argument.
//
//   std::list<std::string> decoded;
//   find_token(sources, {.authorization = "Bearer abc"}, decoded).text;      // "abc"
#pragma once

#include <list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gatehouse::gate {

struct TokenSource {
  enum class Place { kHeader, kCookie, kArgument };
  Place place = Place::kHeader;
  std::string name{};  // of the cookie or the argument

  bool operator==(const TokenSource&) const = default;
};

struct TokenText {
  enum class Kind {
    kNone,       // no token, or a scheme that is not ours
    kToken,      // `text` is to be verified; it may still not be a b64token
    kMalformed,  // not what RFC 9110 section 11.4 and RFC 6750 section 2.1 allow
    kAmbiguous,  // more than one
  };
  Kind kind;
  std::string_view text{};
  TokenSource::Place place = TokenSource::Place::kHeader;
};

// The parts of a request that can carry one.
struct TokenCarriers {
  std::optional<std::string_view> authorization{};
  std::span<const std::string_view> cookies{};  // the values of the Cookie headers
  std::string_view arguments{};                 // what follows the "?"
};

// By the first of the sources that has a token; another that has a different one makes it ambiguous. What had
// to be decoded is put into `decoded`, where the token may lie then.
TokenText find_token(std::span<const TokenSource> sources, const TokenCarriers& carriers,
                     std::list<std::string>& decoded);

// From the value of the Authorization header, std::nullopt if there is none.
TokenText bearer_token(std::optional<std::string_view> authorization);

// From the cookie of this name; it may be quoted and carry "Bearer ". Two of that name are ambiguous, since
// programs disagree on which of them counts.
TokenText cookie_token(std::span<const std::string_view> cookies, std::string_view name);

// From the argument of this name, percent-decoded.
TokenText argument_token(std::string_view arguments, std::string_view name, std::list<std::string>& decoded);

// Whether a token has the characters that RFC 6750 section 2.1 allows. This is left to when it is verified,
// since a look at each character costs more than to find the token in the cache.
bool is_b64token(std::string_view text);

}  // namespace gatehouse::gate
