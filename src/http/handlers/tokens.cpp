#include "accounts/refresh.hpp"
#include "http/body.hpp"
#include "http/errors.hpp"
#include "http/handlers.hpp"
#include "http/responses.hpp"
#include "http/token_answers.hpp"

namespace gatehouse::http {
namespace {

// A browser that has no session any more forgets the tokens of it.
Outcome refresh_by_cookie(const Call& call) {
  const Cookies& cookies = call.backend.cookies;
  const auto token = cookies.read(TokenCookie::kRefresh, call.request.headers);
  if (!token) return refuse({.error = accounts::Error::kRefreshInvalid});
  if (const auto problem = call.backend.origins.refuse_cross_site(call.request)) return Unexpected(*problem);
  const auto refreshed = accounts::refresh(call.ports(), Secret(std::string(*token)), call.origin);
  if (refreshed) return token_cookies(200, *refreshed, cookies);
  Problem problem = problem_of(refreshed.error());
  if (problem.status == 401) cookies.clear_tokens(problem.headers);
  return Unexpected(std::move(problem));
}

}  // namespace

Outcome post_tokens_refresh(const Call& call) {
  if (call.request.body.empty()) return refresh_by_cookie(call);
  Result<Body, Problem> body = Body::open(call.request);
  if (!body) return Unexpected(body.error());
  const Secret token(body->one_text_of({"refresh_token", "refresh"}));
  if (const auto problem = body->problem()) return Unexpected(*problem);

  const auto refreshed = accounts::refresh(call.ports(), token, call.origin);
  if (!refreshed) return refuse(refreshed.error());
  return json_response(200, token_json(*refreshed).dump());
}

}  // namespace gatehouse::http
