// Compares a code that has come back with the challenge that it was sent for.
#pragma once

#include <optional>
#include <string>

#include "accounts/ports.hpp"
#include "accounts/refusal.hpp"

namespace gatehouse::accounts {

// Why the challenge takes no code any more: kChallengeExpired, kTooManyTries, kInvalidCode (it was used).
std::optional<Error> closed(const Challenge& challenge, Time now);

// Why this code is not taken: the same, or kInvalidCode for a wrong one, which costs a try. A right one stays
// unused. Precondition: the challenge's row is locked.
std::optional<Error> check_code(Ports& ports, Transaction& transaction, const Challenge& challenge,
                                const std::string& code);

}  // namespace gatehouse::accounts
