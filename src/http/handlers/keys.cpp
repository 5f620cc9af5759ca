#include "accounts/signing_keys.hpp"
#include "http/handlers.hpp"

namespace gatehouse::http {

Outcome get_jwks(const Call& call) {
  // A new key is published long before its first use, so a copy may be kept for a while.
  return Response{
      .status = 200,
      .headers = {{"Content-Type", "application/jwk-set+json"}, {"Cache-Control", "public, max-age=300"}},
      .body = call.ports().signing_keys.jwks() + "\n"};
}

}  // namespace gatehouse::http
