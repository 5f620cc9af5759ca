#include "http/authenticate.hpp"

#include <strings.h>

#include "accounts/authentication.hpp"
#include "http/errors.hpp"

namespace gatehouse::http {
namespace {

constexpr std::string_view kScheme = "Bearer ";

// The text behind "Bearer "; empty if there is none.
std::string_view token_in_header(const Headers& headers) {
  std::string_view value = headers.only("Authorization").value_or("");
  if (value.size() < kScheme.size() || strncasecmp(value.data(), kScheme.data(), kScheme.size()) != 0)
    return {};
  value.remove_prefix(kScheme.size());
  while (value.starts_with(' ')) value.remove_prefix(1);
  return value;
}

// Of two Authorization headers nobody knows which is meant, so that nothing stands in for them either.
std::string_view token_in_cookie(const Call& call) {
  if (call.request.headers.count("Authorization") > 1) return {};
  return call.backend.cookies.read(TokenCookie::kAccess, call.request.headers).value_or("");
}

}  // namespace

Result<accounts::Principal, Problem> authenticate(const Call& call) {
  std::string_view token = token_in_header(call.request.headers);
  if (token.empty()) {
    token = token_in_cookie(call);
    if (token.empty()) return refuse({.error = accounts::Error::kUnauthenticated});
    if (auto problem = call.backend.origins.refuse_cross_site(call.request))
      return Unexpected(std::move(*problem));
  }
  auto principal = accounts::authenticate(call.ports(), token, call.origin);
  if (!principal) return refuse(principal.error());
  return std::move(*principal);
}

}  // namespace gatehouse::http
