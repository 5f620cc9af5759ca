// What a gate does with the names and values of a request's headers.
#include "module/header_names.hpp"
#include "module/token_source.hpp"
#include "test/fuzz/harness.hpp"

namespace gatehouse::gate {

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

}  // namespace gatehouse::gate
