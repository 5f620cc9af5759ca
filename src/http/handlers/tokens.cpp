#include "accounts/refresh.hpp"
#include "http/body.hpp"
#include "http/errors.hpp"
#include "http/handlers.hpp"
#include "http/responses.hpp"
#include "http/token_json.hpp"

namespace gatehouse::http {

Outcome post_tokens_refresh(const Call& call) {
  Result<Body, Problem> body = Body::open(call.request);
  if (!body) return Unexpected(body.error());
  const Secret token(body->one_text_of({"refresh_token", "refresh"}));
  if (const auto problem = body->problem()) return Unexpected(*problem);

  const auto refreshed = accounts::refresh(call.ports(), token, call.origin);
  if (!refreshed) return refuse(refreshed.error());
  return json_response(200, token_json(*refreshed).dump());
}

}  // namespace gatehouse::http
