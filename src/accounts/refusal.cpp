#include "accounts/refusal.hpp"

namespace gatehouse::accounts {

std::string_view code(Error error) {
  switch (error) {
    case Error::kInvalidInput:
      return "invalid_input";
    case Error::kUsernameTaken:
      return "username_taken";
    case Error::kEmailTaken:
      return "email_taken";
    case Error::kInvalidCredentials:
      return "invalid_credentials";
    case Error::kWrongPassword:
      return "wrong_password";
    case Error::kTooManyAttempts:
      return "too_many_attempts";
    case Error::kEmailUnverified:
      return "email_unverified";
    case Error::kDeviceBlocked:
      return "device_blocked";
    case Error::kUserBlocked:
      return "user_blocked";
    case Error::kAddressBlocked:
      return "ip_blocked";
    case Error::kUnauthenticated:
      return "unauthenticated";
    case Error::kInvalidCode:
      return "invalid_code";
    case Error::kChallengeExpired:
      return "challenge_expired";
    case Error::kTooManyTries:
      return "too_many_tries";
    case Error::kChallengeUsed:
      return "challenge_used";
    case Error::kTooSoon:
      return "too_soon";
    case Error::kTooManyMails:
      return "too_many_mails";
    case Error::kBlockedByAdmin:
      return "blocked_by_admin";
    case Error::kNotFound:
      return "not_found";
    case Error::kRefreshInvalid:
      return "refresh_invalid";
    case Error::kRefreshReused:
      return "refresh_reused";
    case Error::kSessionEnded:
      return "session_ended";
    case Error::kBusy:
      return "busy";
  }
  return "unknown";
}

}  // namespace gatehouse::accounts
