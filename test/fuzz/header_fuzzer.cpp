// What a gate does with the names and values of a request's headers, and with its arguments.
#include <algorithm>
#include <array>
#include <list>
#include <string>

#include "module/cookies.hpp"
#include "module/cross_site.hpp"
#include "module/header_names.hpp"
#include "module/token_source.hpp"
#include "test/fuzz/harness.hpp"

namespace gatehouse::gate {
namespace {

constexpr std::string_view kName = "token";

bool is_within(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

}  // namespace

FUZZ(header_names) {
  HeaderNames names;
  names.add("X-Auth-User");
  names.add("X-Roles");
  const std::string canonical = canonical_header_name(input);
  CHECK_HOLDS(canonical_header_name(canonical) == canonical);
  CHECK_HOLDS(names.contains(input) == (canonical == "x-auth-user" || canonical == "x-roles"));
  // What remains of a Connection header names none of them.
  if (const auto rest = names.without(input)) CHECK_HOLDS(!names.without(*rest));
}

FUZZ(authorization) {
  const TokenText token = bearer_token(input);
  if (token.kind != TokenText::Kind::kToken) return;
  CHECK_HOLDS(input.ends_with(token.text));
  if (!is_b64token(token.text)) return;
  CHECK_HOLDS(!token.text.empty());
  for (const char c : token.text) CHECK_HOLDS(c > ' ' && c < '\x7f');
}

FUZZ(cookies) {
  const TokenText token = cookie_token(std::array{input}, kName);
  CHECK_HOLDS(is_within(token.text, input));
  const std::array<std::string, 1> names{std::string(kName)};
  const auto rest = without_cookies(input, names);
  // What the application gets has none of it, and nothing is taken out that is not there.
  if (rest)
    CHECK_HOLDS(cookie_token(std::array{std::string_view(*rest)}, kName).kind == TokenText::Kind::kNone);
  if (!rest) CHECK_HOLDS(token.kind == TokenText::Kind::kNone);
}

FUZZ(arguments) {
  std::list<std::string> decoded;
  const TokenText token = argument_token(input, kName, decoded);
  const auto holds_it = [&](std::string_view text) { return is_within(token.text, text); };
  CHECK_HOLDS(holds_it(input) || std::ranges::any_of(decoded, holds_it));
}

FUZZ(origin) {
  const std::string own = "https://app.example.com";
  if (fault_of_origin(input)) return;
  CHECK_HOLDS(input.find_first_of(" /?#@\r\n", input.find("://") + 3) == input.npos);
  const bool allowed = input == own;
  CHECK_HOLDS(may_be_forged({.fetch_site = std::nullopt, .origin = input}, own, {}) == !allowed);
  CHECK_HOLDS(may_be_forged({.fetch_site = "cross-site", .origin = input}, own, {}));
}

}  // namespace gatehouse::gate
