#include <nlohmann/json.hpp>

#include "accounts/challenge_sending.hpp"
#include "accounts/verification.hpp"
#include "http/body.hpp"
#include "http/errors.hpp"
#include "http/handlers.hpp"
#include "http/responses.hpp"

namespace gatehouse::http {
namespace {

Response sent(accounts::ChallengeId challenge) {
  return json_response(202, nlohmann::json{{"challenge_id", challenge.str()}}.dump());
}

}  // namespace

Outcome post_challenges(const Call& call) {
  Result<Body, Problem> body = Body::open(call.request);
  if (!body) return Unexpected(body.error());
  const std::string email = body->one_text_of({"identifier", "email"});
  const std::optional<std::string> username = body->optional_text("username");
  const std::string purpose = body->text("purpose");
  if (const auto problem = body->problem()) return Unexpected(*problem);
  if (accounts::parse_purpose(purpose) != accounts::Purpose::kVerifyEmail)
    return Unexpected(invalid_input({{"purpose", "invalid_purpose", "this must be verify_email"}}));

  const auto challenge = accounts::start_email_challenge(call.ports(), email, username, call.origin);
  if (!challenge) return refuse(challenge.error());
  return sent(*challenge);
}

Outcome post_challenge_resend(const Call& call) {
  const auto challenge = call.id<accounts::ChallengeId>();
  const auto resent = accounts::resend_challenge(call.ports(), challenge, call.origin);
  if (!resent) return refuse(resent.error());
  return sent(challenge);
}

Outcome post_challenge_verify(const Call& call) {
  Result<Body, Problem> body = Body::open(call.request);
  if (!body) return Unexpected(body.error());
  const std::string code = body->text("code");
  if (const auto problem = body->problem()) return Unexpected(*problem);

  const auto verified =
      accounts::verify_challenge(call.ports(), call.id<accounts::ChallengeId>(), code, call.origin);
  if (!verified) return refuse(verified.error());
  return json_response(200, nlohmann::ordered_json{{"purpose", name(verified->purpose)},
                                                   {"username", verified->username},
                                                   {"verified", true}}
                                .dump());
}

}  // namespace gatehouse::http
