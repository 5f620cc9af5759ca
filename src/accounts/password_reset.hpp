// Sets a new password for who has forgotten theirs, by a code that is mailed to the account's address.
#pragma once

#include <string>

#include "accounts/enforcement.hpp"
#include "accounts/origin.hpp"
#include "accounts/ports.hpp"
#include "accounts/refusal.hpp"
#include "base/secret.hpp"

namespace gatehouse::accounts {

// Mails a code if the identifier is that of an account that may have one. For any other, and above the
// daily cap of the address, it makes a decoy: the same rows, a mail to nobody, a code that nobody has. So
// neither the answer nor the time it takes nor what finish_reset() says to it tells which accounts there are.
// kAddressBlocked.
Result<ChallengeId, Refusal> start_reset(Ports& ports, const std::string& identifier, const Origin& origin);

struct PasswordReset {
  std::string code;
  Secret fresh;
};

// Ends all sessions of the account and opens none. Whoever has the code has the address, so it counts as
// verified, unless another account has verified it. kInvalidInput (member "new_password"; the code stays
// good), kNotFound, kInvalidCode, kChallengeExpired, kTooManyTries, kAddressBlocked, kBusy. Each wrong code
// costs a try.
Result<Enforcement, Refusal> finish_reset(Ports& ports, ChallengeId challenge, const PasswordReset& reset,
                                          const Origin& origin);

}  // namespace gatehouse::accounts
