// What is logged: one row for each thing that happened, written in the transaction of what it tells about.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "accounts/ids.hpp"
#include "accounts/origin.hpp"

namespace gatehouse::accounts {

enum class EventType {
  kRegister,
  kVerify,
  kChallenge,  // a code was asked for, or once more
  kLogin,
  kLogout,
  kBlock,
  kUnblock,
  kDeviceNew,
  kRefresh,
  kSessionLost,
  kPasswordChange,
  kPasswordReset,
  kAdminCreate,
  kAdminKeysRotate
};
enum class Outcome { kOk, kRefused };

std::string_view name(EventType type);
std::string_view name(Outcome outcome);

struct Event {
  EventType type;
  Outcome outcome = Outcome::kOk;
  std::string reason{};  // snake_case where Gatehouse gives it; an administrator's words for a block
  std::optional<AccountId> account{};
  std::optional<SessionId> session{};
  std::optional<DeviceId> device{};
  std::string identifier{};  // what was typed at login, or the key that was blocked
  std::string token_id{};    // "jti"
  Origin origin{};
};

class Events {
 public:
  virtual ~Events() = default;
  virtual void record(const Event& event) = 0;
};

}  // namespace gatehouse::accounts
