// The account as its owner sees it.
#pragma once

#include "accounts/account.hpp"
#include "accounts/ports.hpp"
#include "accounts/principal.hpp"
#include "accounts/refusal.hpp"

namespace gatehouse::accounts {

struct Profile {
  AccountId id;
  std::string username;
  std::string email;
  bool email_verified;
  std::vector<std::string> roles;
  std::optional<Time> last_login_at;
  std::string last_login_ip;  // empty if none
  std::optional<DeviceId> last_login_device;
  std::optional<Time> last_logout_at;
  std::int64_t login_count;
  std::string attributes;  // a JSON object, as text
  Time created_at;
};

Result<Profile, Refusal> get_account(Ports& ports, const Principal& principal);

}  // namespace gatehouse::accounts
