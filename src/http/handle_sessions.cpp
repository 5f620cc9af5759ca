#include "accounts/login.hpp"
#include "accounts/logout.hpp"
#include "http/body.hpp"
#include "http/errors.hpp"
#include "http/handlers.hpp"
#include "http/responses.hpp"
#include "http/token_json.hpp"

namespace gatehouse::http {
namespace {

std::optional<Secret> device_token(const Headers& headers) {
  const std::optional<std::string_view> token = headers.only("X-Device-Token");
  if (!token) return std::nullopt;
  return Secret(std::string(*token));
}

nlohmann::ordered_json tokens(const accounts::Login& login) {
  nlohmann::ordered_json json = token_json(login);
  json["device_token"] = login.device_token.expose();
  return json;
}

}  // namespace

Outcome post_sessions(const Call& call) {
  Result<Body, Problem> body = Body::open(call.request);
  if (!body) return Unexpected(body.error());
  const accounts::Credentials credentials{
      .identifier = body->one_text_of({"identifier", "username", "email"}),
      .password = body->secret("password"),
      .device_token = device_token(call.request.headers),
      .device_name = body->optional_text("device_name").value_or("")};
  if (const auto problem = body->problem()) return Unexpected(*problem);

  const auto login = accounts::log_in(call.ports(), credentials, call.origin);
  if (!login) return refuse(login.error());
  return json_response(201, tokens(*login).dump());
}

Outcome delete_current_session(const Call& call, const accounts::Principal& principal) {
  const auto enforcement = accounts::log_out(call.ports(), principal, principal.session, call.origin);
  if (!enforcement) return refuse(enforcement.error());
  return enforced(*enforcement);
}

}  // namespace gatehouse::http
