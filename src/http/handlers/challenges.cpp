#include <nlohmann/json.hpp>

#include "accounts/verification.hpp"
#include "http/body.hpp"
#include "http/errors.hpp"
#include "http/handlers.hpp"
#include "http/responses.hpp"

namespace gatehouse::http {

Outcome post_challenge_verify(const Call& call) {
  Result<Body, Problem> body = Body::open(call.request);
  if (!body) return Unexpected(body.error());
  const std::string code = body->text("code");
  if (const auto problem = body->problem()) return Unexpected(*problem);

  const auto verified =
      accounts::verify_challenge(call.ports(), call.id<accounts::ChallengeId>(), code, call.origin);
  if (!verified) return refuse(verified.error());
  return json_response(
      200, nlohmann::ordered_json{{"purpose", name(verified->purpose)}, {"verified", true}}.dump());
}

}  // namespace gatehouse::http
