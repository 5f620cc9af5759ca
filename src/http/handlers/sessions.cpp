#include "accounts/login.hpp"
#include "accounts/logout.hpp"
#include "http/body.hpp"
#include "http/errors.hpp"
#include "http/handlers.hpp"
#include "http/json_values.hpp"
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

nlohmann::ordered_json json_of(const accounts::SessionEntry& entry, const accounts::Principal& principal) {
  const accounts::Session& session = entry.session;
  return {{"id", session.id.str()},
          {"device_id", session.device.str()},
          {"current", session.id == principal.session},
          {"active", entry.live},
          {"login_at", rfc3339(session.auth_time)},
          {"login_ip", or_null(entry.ip)},
          {"user_agent", or_null(entry.user_agent)},
          {"refreshed_at", rfc3339(session.refreshed_at)},
          {"expires_at", rfc3339(session.idle_end)},
          {"ended_at", or_null(entry.ended_at)},
          {"end_reason", or_null(entry.end_reason)}};
}

// Which sessions to end has to be said: to leave it out is no wish to end them all.
std::optional<accounts::LogoutScope> scope_of(std::string_view target) {
  if (target.ends_with("?scope=others")) return accounts::LogoutScope::kOthers;
  if (target.ends_with("?scope=all")) return accounts::LogoutScope::kAll;
  return std::nullopt;
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

Outcome get_sessions(const Call& call, const accounts::Principal& principal) {
  nlohmann::ordered_json sessions = nlohmann::ordered_json::array();
  for (const accounts::SessionEntry& entry : accounts::list_sessions(call.ports(), principal))
    sessions.push_back(json_of(entry, principal));
  return json_response(200, nlohmann::ordered_json{{"sessions", sessions}}.dump());
}

Outcome delete_sessions(const Call& call, const accounts::Principal& principal) {
  const std::optional<accounts::LogoutScope> scope = scope_of(call.request.target);
  if (!scope)
    return Unexpected(
        invalid_input({{"scope", "invalid_scope", "the query must be scope=others or scope=all"}}));
  return enforced(accounts::log_out(call.ports(), principal, *scope, call.origin));
}

Outcome delete_session(const Call& call, const accounts::Principal& principal) {
  const auto enforcement =
      accounts::log_out(call.ports(), principal, call.id<accounts::SessionId>(), call.origin);
  if (!enforcement) return refuse(enforcement.error());
  return enforced(*enforcement);
}

Outcome delete_current_session(const Call& call, const accounts::Principal& principal) {
  const auto enforcement = accounts::log_out(call.ports(), principal, principal.session, call.origin);
  if (!enforcement) return refuse(enforcement.error());
  return enforced(*enforcement);
}

}  // namespace gatehouse::http
