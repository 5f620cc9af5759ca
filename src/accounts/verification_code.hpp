// A new code for a challenge: six digits, uniformly distributed; only a MAC of it is stored.
#pragma once

#include <string>

#include "accounts/challenge.hpp"
#include "accounts/ports.hpp"

namespace gatehouse::accounts {

struct VerificationCode {
  Challenge challenge;
  std::string code;  // for the mail alone
};

// Without an account it is a decoy.
VerificationCode issue_code(std::optional<AccountId> account, Purpose purpose, Time now, Ports& ports);
VerificationCode issue_code(std::optional<AccountId> account, Purpose purpose, Time now,
                            const Secrets& secrets, const Rules& rules, Random& random);
// Another code for the same challenge, with new tries and time; the one before is worth nothing.
VerificationCode renew_code(Challenge challenge, Time now, Ports& ports);

}  // namespace gatehouse::accounts
