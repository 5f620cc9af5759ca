// Logs in: a username or email address and a password for a session and its tokens.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "accounts/ids.hpp"
#include "accounts/origin.hpp"
#include "accounts/ports.hpp"
#include "accounts/refusal.hpp"
#include "base/secret.hpp"

namespace gatehouse::accounts {

struct Credentials {
  std::string identifier;  // with "@" an email address, else a username
  Secret password;
  std::optional<Secret> device_token;  // one that cannot be believed counts as none
  std::string device_name{};           // for the owner's list of devices; cut to 100 bytes
};

struct Login {
  Secret access_token;
  std::chrono::seconds expires_in;
  Secret refresh_token;
  std::chrono::seconds refresh_expires_in;
  SessionId session;
  DeviceId device;
  Secret device_token;
  TokenId token_id;
};

// kInvalidCredentials, kEmailUnverified (the password was right), kDeviceBlocked, kUserBlocked,
// kAddressBlocked, kBusy.
Result<Login, Refusal> log_in(Ports& ports, const Credentials& credentials, const Origin& origin);

}  // namespace gatehouse::accounts
