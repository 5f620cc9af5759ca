// The answers to a login or refresh. For handlers' .cpp files alone: it opens nlohmann.
#pragma once

#include <nlohmann/json.hpp>

#include "http/cookies.hpp"
#include "http/responses.hpp"

namespace gatehouse::http {

// What a client may know, wherever its tokens are.
template <typename Issued>
nlohmann::ordered_json session_json(const Issued& issued) {
  return {{"expires_in", issued.expires_in.count()},
          {"refresh_expires_in", issued.refresh_expires_in.count()},
          {"session_id", issued.session.str()},
          {"device_id", issued.device.str()},
          {"jti", issued.token_id.str()}};
}

template <typename Issued>
nlohmann::ordered_json token_json(const Issued& issued) {
  nlohmann::ordered_json json{{"access_token", issued.access_token.expose()},
                              {"token_type", "Bearer"},
                              {"refresh_token", issued.refresh_token.expose()}};
  json.update(session_json(issued));
  return json;
}

// The tokens in cookies, none of them in the body.
template <typename Issued>
Response token_cookies(int status, const Issued& issued, const Cookies& cookies) {
  Response response = json_response(status, session_json(issued).dump());
  response.headers.add("Set-Cookie",
                       cookies.set(TokenCookie::kAccess, issued.access_token, issued.expires_in));
  response.headers.add("Set-Cookie",
                       cookies.set(TokenCookie::kRefresh, issued.refresh_token, issued.refresh_expires_in));
  return response;
}

}  // namespace gatehouse::http
