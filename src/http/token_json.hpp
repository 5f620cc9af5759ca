// The tokens of a login or refresh in a JSON answer. For handlers' .cpp files alone: it opens nlohmann.
#pragma once

#include <nlohmann/json.hpp>

namespace gatehouse::http {

template <typename Issued>
nlohmann::ordered_json token_json(const Issued& issued) {
  return {{"access_token", issued.access_token.expose()},
          {"token_type", "Bearer"},
          {"expires_in", issued.expires_in.count()},
          {"refresh_token", issued.refresh_token.expose()},
          {"refresh_expires_in", issued.refresh_expires_in.count()},
          {"session_id", issued.session.str()},
          {"device_id", issued.device.str()},
          {"jti", issued.token_id.str()}};
}

}  // namespace gatehouse::http
