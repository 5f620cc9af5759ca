#include <nlohmann/json.hpp>

#include "accounts/password_change.hpp"
#include "accounts/password_reset.hpp"
#include "http/body.hpp"
#include "http/errors.hpp"
#include "http/handlers.hpp"
#include "http/responses.hpp"

namespace gatehouse::http {
namespace {

Secret new_password(Body& body) {
  Secret password = body.secret("new_password");
  body.repetition("password2", password);
  return password;
}

}  // namespace

Outcome put_account_password(const Call& call, const accounts::Principal& principal) {
  Result<Body, Problem> body = Body::open(call.request);
  if (!body) return Unexpected(body.error());
  const accounts::PasswordChange change{
      .current = Secret(body->one_text_of({"current_password", "old_password"})),
      .fresh = new_password(*body)};
  if (const auto problem = body->problem()) return Unexpected(*problem);

  const auto enforcement = accounts::change_password(call.ports(), principal, change, call.origin);
  if (!enforcement) return refuse(enforcement.error());
  return enforced(*enforcement);
}

Outcome post_password_resets(const Call& call) {
  Result<Body, Problem> body = Body::open(call.request);
  if (!body) return Unexpected(body.error());
  const std::string identifier = body->one_text_of({"identifier", "username", "email"});
  if (const auto problem = body->problem()) return Unexpected(*problem);

  const auto challenge = accounts::start_reset(call.ports(), identifier, call.origin);
  if (!challenge) return refuse(challenge.error());
  return json_response(202, nlohmann::json{{"challenge_id", challenge->str()}}.dump());
}

Outcome put_password_reset(const Call& call) {
  Result<Body, Problem> body = Body::open(call.request);
  if (!body) return Unexpected(body.error());
  const accounts::PasswordReset reset{.code = body->text("code"), .fresh = new_password(*body)};
  if (const auto problem = body->problem()) return Unexpected(*problem);

  const auto enforcement =
      accounts::finish_reset(call.ports(), call.id<accounts::ChallengeId>(), reset, call.origin);
  if (!enforcement) return refuse(enforcement.error());
  return enforced(*enforcement);
}

}  // namespace gatehouse::http
