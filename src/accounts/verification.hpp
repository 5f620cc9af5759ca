// Takes back a code that was sent and does what the challenge was for.
#pragma once

#include <string>

#include "accounts/challenge.hpp"
#include "accounts/origin.hpp"
#include "accounts/ports.hpp"
#include "accounts/refusal.hpp"

namespace gatehouse::accounts {

struct Verified {
  Purpose purpose;
};

// kNotFound, kInvalidCode, kChallengeExpired, kTooManyTries, kEmailTaken. Each wrong code costs a try; a
// right one works once.
Result<Verified, Refusal> verify_challenge(Ports& ports, ChallengeId challenge, const std::string& code,
                                           const Origin& origin);

}  // namespace gatehouse::accounts
