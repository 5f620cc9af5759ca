#include "http/authenticate.hpp"

#include <strings.h>

#include "accounts/authentication.hpp"

namespace gatehouse::http {
namespace {

constexpr std::string_view kScheme = "Bearer ";

// The text behind "Bearer "; empty if there is none.
std::string_view bearer_token(const Headers& headers) {
  std::string_view value = headers.only("Authorization").value_or("");
  if (value.size() < kScheme.size() || strncasecmp(value.data(), kScheme.data(), kScheme.size()) != 0)
    return {};
  value.remove_prefix(kScheme.size());
  while (value.starts_with(' ')) value.remove_prefix(1);
  return value;
}

}  // namespace

Result<accounts::Principal, accounts::Refusal> authenticate(const Call& call) {
  const std::string_view token = bearer_token(call.request.headers);
  if (token.empty()) return accounts::refuse(accounts::Error::kUnauthenticated);
  return accounts::authenticate(call.ports(), token, call.origin);
}

}  // namespace gatehouse::http
