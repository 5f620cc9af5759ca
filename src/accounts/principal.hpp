// Who makes a request: made by authenticate() alone (accounts/authentication.hpp).
#pragma once

#include <string>
#include <vector>

#include "accounts/ids.hpp"
#include "base/time.hpp"

namespace gatehouse::accounts {

struct Principal {
  AccountId account;
  SessionId session;
  DeviceId device;
  std::string token_id;            // "jti" of the access token
  std::vector<std::string> roles;  // from PostgreSQL, not from the token
  Time auth_time;
};

}  // namespace gatehouse::accounts
