#include <nlohmann/json.hpp>

#include "accounts/profile.hpp"
#include "accounts/registration.hpp"
#include "http/body.hpp"
#include "http/errors.hpp"
#include "http/handlers.hpp"
#include "http/json_values.hpp"
#include "http/responses.hpp"

namespace gatehouse::http {

Outcome post_accounts(const Call& call) {
  Result<Body, Problem> body = Body::open(call.request);
  if (!body) return Unexpected(body.error());
  const accounts::Registration registration{
      .username = body->text("username"), .email = body->text("email"), .password = body->secret("password")};
  if (const auto problem = body->problem()) return Unexpected(*problem);

  const auto registered = accounts::register_account(call.ports(), registration, call.origin);
  if (!registered) return refuse(registered.error());
  return json_response(202, nlohmann::json{{"challenge_id", registered->challenge.str()}}.dump());
}

Outcome get_account(const Call& call, const accounts::Principal& principal) {
  const auto profile = accounts::get_account(call.ports(), principal);
  if (!profile) return refuse(profile.error());
  const nlohmann::ordered_json body{{"id", profile->id.str()},
                                    {"username", profile->username},
                                    {"email", profile->email},
                                    {"email_verified", profile->email_verified},
                                    {"roles", profile->roles},
                                    {"created_at", rfc3339(profile->created_at)},
                                    {"last_login_at", or_null(profile->last_login_at)},
                                    {"last_login_ip", or_null(profile->last_login_ip)},
                                    {"last_login_device", or_null(profile->last_login_device)},
                                    {"last_logout_at", or_null(profile->last_logout_at)},
                                    {"login_count", profile->login_count},
                                    {"attributes", nlohmann::ordered_json::parse(profile->attributes)}};
  return json_response(200, body.dump());
}

}  // namespace gatehouse::http
