// A session: one login on one device, until it ends.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "accounts/ids.hpp"
#include "accounts/origin.hpp"
#include "base/time.hpp"

namespace gatehouse::accounts {

struct Session {
  SessionId id;
  AccountId account;
  DeviceId device;
  Time auth_time;
  std::vector<std::string> auth_methods;  // "amr" (RFC 8176)
  std::uint32_t refresh_counter;          // of the newest refresh token
  std::uint16_t refresh_secret;           // the id of the secret that it was made with
  std::string refresh_salt;
  Time refreshed_at;
  Time absolute_end;
  Time idle_end;
};

// What PostgreSQL says about the bearer of an access token, in one look.
struct Standing {
  Time auth_time;
  bool session_live;  // not ended, neither idle nor absolute end passed
  bool account_disabled;
  std::vector<std::string> roles;
};

class Sessions {
 public:
  virtual ~Sessions() = default;

  virtual void insert(const Session& session, const Origin& origin) = 0;
  virtual std::optional<Standing> standing(SessionId id, AccountId account, DeviceId device) = 0;
  // The device of the session that was ended; none if it is not the account's or was over already.
  virtual std::optional<DeviceId> end(SessionId id, AccountId account, Time now,
                                      const std::string& reason) = 0;
};

}  // namespace gatehouse::accounts
