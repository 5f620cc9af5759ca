#include "accounts/event.hpp"

#include "accounts/names.hpp"

namespace gatehouse::accounts {
namespace {

constexpr Names<EventType, 14> kTypes{{{EventType::kRegister, "register"},
                                       {EventType::kVerify, "verify"},
                                       {EventType::kChallenge, "challenge"},
                                       {EventType::kLogin, "login"},
                                       {EventType::kLogout, "logout"},
                                       {EventType::kBlock, "block"},
                                       {EventType::kUnblock, "unblock"},
                                       {EventType::kDeviceNew, "device_new"},
                                       {EventType::kRefresh, "refresh"},
                                       {EventType::kSessionLost, "session_lost"},
                                       {EventType::kPasswordChange, "password_change"},
                                       {EventType::kPasswordReset, "password_reset"},
                                       {EventType::kAdminCreate, "admin_create"},
                                       {EventType::kAdminKeysRotate, "admin_keys_rotate"}}};

}  // namespace

std::string_view name(EventType type) {
  return name_in(kTypes, type);
}

std::string_view name(Outcome outcome) {
  return outcome == Outcome::kOk ? "ok" : "refused";
}

}  // namespace gatehouse::accounts
