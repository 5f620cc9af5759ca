// Why a use case said no. One flat list for the folder; the HTTP status of each stands in http/errors.cpp.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace gatehouse::accounts {

enum class Error {
  kInvalidInput,        // members of the body are wrong; `faults` names every one of them
  kUsernameTaken,       // another account has, or has reserved, this username
  kEmailTaken,          // told only to who has just proved that the address is theirs
  kInvalidCredentials,  // unknown account, wrong password or disabled account: nobody is told which
  kWrongPassword,       // the present password, asked for again, was wrong
  kTooManyAttempts,     // it was wrong too often; `retry_after` is set
  kEmailUnverified,     // the password was right, the email address is not confirmed yet
  kDeviceBlocked,
  kUserBlocked,
  kAddressBlocked,    // requests from this IP address are blocked
  kUnauthenticated,   // no access token that may be believed, or its session is over
  kInvalidCode,       // not the code that was sent, or used before
  kChallengeExpired,  // the code was right once, or nobody will know
  kTooManyTries,      // the challenge's tries are used up
  kChallengeUsed,     // what it was for is done
  kTooSoon,           // the last mail with a code is too young for another; `retry_after` is set
  kTooManyMails,      // the address has had as many as it may have in a day; `retry_after` is set
  kBlockedByAdmin,    // the owner may not lift a block that an administrator has set
  kNotFound,          // there is none, or it is another account's
  kRefreshInvalid,    // no refresh token that Gatehouse has made, or of a session that is no more
  kRefreshReused,     // a refresh token that was used before; its session is over now
  kSessionEnded,      // logged out, revoked, timed out or lost: only a new login helps
  kBusy,              // every hash slot and waiting place is taken; `retry_after` is set
};

// The error as a stable snake_case word: the `code` of the answer.
std::string_view code(Error error);

// One wrong member of an input.
struct Fault {
  std::string member;  // its name in the body
  std::string code;    // stable snake_case
  std::string detail;  // a sentence for people

  bool operator==(const Fault&) const = default;
};

struct Refusal {
  Error error;
  std::vector<Fault> faults{};
  std::optional<std::chrono::seconds> retry_after{};
  std::string detail{};  // for people; may be empty
};

inline Unexpected<Refusal> refuse(Error error) {
  return Unexpected(Refusal{.error = error});
}

// Every hash slot and waiting place is taken.
inline Unexpected<Refusal> busy() {
  return Unexpected(Refusal{.error = Error::kBusy, .retry_after = std::chrono::seconds(1)});
}

}  // namespace gatehouse::accounts
