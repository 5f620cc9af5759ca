#include "accounts/login.hpp"
#include "accounts/logout.hpp"
#include "http/body.hpp"
#include "http/errors.hpp"
#include "http/handlers.hpp"
#include "http/json_values.hpp"
#include "http/query.hpp"
#include "http/responses.hpp"
#include "http/token_answers.hpp"

namespace gatehouse::http {
namespace {

constexpr int kPage = 50;

std::optional<Secret> device_token(const Call& call) {
  std::optional<std::string_view> token = call.request.headers.only("X-Device-Token");
  if (!token) token = call.backend.cookies.read(TokenCookie::kDevice, call.request.headers);
  if (!token) return std::nullopt;
  return Secret(std::string(*token));
}

Response tokens_in_body(const accounts::Login& login) {
  nlohmann::ordered_json json = token_json(login);
  json["device_token"] = login.device_token.expose();
  return json_response(201, json.dump());
}

Response tokens_in_cookies(const accounts::Login& login, const Cookies& cookies) {
  Response response = token_cookies(201, login, cookies);
  response.headers.add("Set-Cookie",
                       cookies.set(TokenCookie::kDevice, login.device_token, kDeviceCookieLife));
  return response;
}

// The browser that has logged itself out forgets its tokens; which device it is it goes on to know.
Response logged_out(const Call& call, accounts::Enforcement enforcement) {
  Response response = enforced(enforcement);
  const Cookies& cookies = call.backend.cookies;
  if (cookies.read(TokenCookie::kAccess, call.request.headers)) cookies.clear_tokens(response.headers);
  return response;
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
accounts::LogoutScope scope_of(Query& query) {
  const std::optional<std::string> scope = query.text("scope");
  if (scope == "others") return accounts::LogoutScope::kOthers;
  if (scope != "all") query.fault("scope", "invalid_scope", "the query must be scope=others or scope=all");
  return accounts::LogoutScope::kAll;
}

// Opaque to clients.
std::string cursor_of(const accounts::SessionPlace& place) {
  return (place.live ? "a" : "e") + place.id.str();
}

std::optional<accounts::SessionPlace> place_of(Query& query) {
  const std::optional<std::string> cursor = query.text("cursor");
  if (!cursor) return std::nullopt;
  const auto id = accounts::SessionId::parse(std::string_view(*cursor).substr(cursor->empty() ? 0 : 1));
  if (id && (cursor->front() == 'a' || cursor->front() == 'e'))
    return accounts::SessionPlace{.live = cursor->front() == 'a', .id = *id};
  query.fault("cursor", "invalid_cursor", "this is no next_cursor that was answered");
  return std::nullopt;
}

}  // namespace

Outcome post_sessions(const Call& call) {
  Result<Body, Problem> body = Body::open(call.request);
  if (!body) return Unexpected(body.error());
  const accounts::Credentials credentials{
      .identifier = body->one_text_of({"identifier", "username", "email"}),
      .password = body->secret("password"),
      .device_token = device_token(call),
      .device_name = body->optional_text("device_name").value_or("")};
  const bool in_cookies = body->flag("cookies");
  if (const auto problem = body->problem()) return Unexpected(*problem);
  // Else another site could log its visitor in as somebody else.
  if (const auto problem = in_cookies ? call.backend.origins.refuse_cross_site(call.request) : std::nullopt)
    return Unexpected(*problem);

  const auto login = accounts::log_in(call.ports(), credentials, call.origin);
  if (!login) return refuse(login.error());
  return in_cookies ? tokens_in_cookies(*login, call.backend.cookies) : tokens_in_body(*login);
}

Outcome get_sessions(const Call& call, const accounts::Principal& principal) {
  Query query(call.request);
  const std::optional<accounts::SessionPlace> after = place_of(query);
  const int limit = query.number("limit", 1, 100).value_or(kPage);
  if (const auto problem = query.problem()) return Unexpected(*problem);

  const accounts::SessionPage page = accounts::list_sessions(call.ports(), principal, after, limit);
  nlohmann::ordered_json sessions = nlohmann::ordered_json::array();
  for (const accounts::SessionEntry& entry : page.sessions) sessions.push_back(json_of(entry, principal));
  return json_response(
      200, nlohmann::ordered_json{{"sessions", sessions},
                                  {"next_cursor", or_null(page.next ? cursor_of(*page.next) : "")}}
               .dump());
}

Outcome delete_sessions(const Call& call, const accounts::Principal& principal) {
  Query query(call.request);
  const accounts::LogoutScope scope = scope_of(query);
  if (const auto problem = query.problem()) return Unexpected(*problem);
  const accounts::Enforcement enforcement = accounts::log_out(call.ports(), principal, scope, call.origin);
  if (scope == accounts::LogoutScope::kOthers) return enforced(enforcement);
  return logged_out(call, enforcement);
}

Outcome delete_session(const Call& call, const accounts::Principal& principal) {
  const auto session = call.id<accounts::SessionId>();
  const auto enforcement = accounts::log_out(call.ports(), principal, session, call.origin);
  if (!enforcement) return refuse(enforcement.error());
  return session == principal.session ? logged_out(call, *enforcement) : enforced(*enforcement);
}

Outcome delete_current_session(const Call& call, const accounts::Principal& principal) {
  const auto enforcement = accounts::log_out(call.ports(), principal, principal.session, call.origin);
  if (!enforcement) return refuse(enforcement.error());
  return logged_out(call, *enforcement);
}

}  // namespace gatehouse::http
