// A device: one browser (or app installation) of one account, known by its device token.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "accounts/ids.hpp"
#include "accounts/origin.hpp"
#include "base/time.hpp"

namespace gatehouse::accounts {

struct Device {
  DeviceId id;
  AccountId account;
  BrowserId browser;
  std::string name;  // given at login; may be empty
  std::string user_agent;
  std::string last_ip;
  Time first_seen_at;
  Time last_login_at;
  std::optional<Time> last_logout_at;
  std::int64_t login_count;
};

class Devices {
 public:
  virtual ~Devices() = default;

  virtual std::optional<Device> find(AccountId account, BrowserId browser) = 0;
  virtual std::optional<Device> find(AccountId account, DeviceId id) = 0;
  // Whosever it is.
  virtual std::optional<Device> find(DeviceId id) = 0;
  // The newest login first.
  virtual std::vector<Device> of(AccountId account) = 0;

  // Counts a login from the browser and returns the account's device for it, which is `fresh` if it had none.
  virtual DeviceId note_login(DeviceId fresh, AccountId account, BrowserId browser, const std::string& name,
                              Time now, const Origin& origin) = 0;
  virtual void note_logout(DeviceId id, Time now) = 0;
};

}  // namespace gatehouse::accounts
