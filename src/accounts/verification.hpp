// Takes back a code that was sent and does what the challenge was for.
#pragma once

#include <optional>
#include <string>

#include "accounts/challenge.hpp"
#include "accounts/origin.hpp"
#include "accounts/ports.hpp"
#include "accounts/refusal.hpp"

namespace gatehouse::accounts {

struct Verified {
  Purpose purpose;
  std::string username;  // of the account whose address is confirmed
};

// kNotFound, kInvalidCode, kChallengeExpired, kTooManyTries, kEmailTaken, kAddressBlocked. Each wrong code
// costs a try; a right one works once.
Result<Verified, Refusal> verify_challenge(Ports& ports, ChallengeId challenge, const std::string& code,
                                           const Origin& origin);

// What a right code and the link beside it (verification_link.hpp) have in common. Precondition: the
// challenge's row is locked, and it is open. kEmailTaken.
std::optional<Error> fulfil(Transaction& transaction, const Challenge& challenge);
void record_verification(Transaction& transaction, const Challenge& challenge, std::optional<Error> error,
                         const Origin& origin);

}  // namespace gatehouse::accounts
