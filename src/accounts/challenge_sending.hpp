// Sends a code when somebody asks for it: once more for a challenge that is there, or for a new one.
#pragma once

#include <optional>
#include <string>

#include "accounts/challenge.hpp"
#include "accounts/origin.hpp"
#include "accounts/ports.hpp"
#include "accounts/refusal.hpp"

namespace gatehouse::accounts {

// Another code and link, with new tries and time; those before are worth nothing from then on. Also for a
// challenge that is out of time or tries. Of one that is done, as of a decoy, the mail goes to nobody.
// kNotFound, kTooSoon, kTooManyMails, kAddressBlocked.
Result<void, Refusal> resend_challenge(Ports& ports, ChallengeId challenge, const Origin& origin);

// A challenge to confirm the address, for the account of that username that claims it, or for the only one
// that does. An address that has none to confirm gets a decoy: the same answers to everything, and a mail to
// nobody. kInvalidInput (member "identifier"), kTooSoon, kTooManyMails, kAddressBlocked.
Result<ChallengeId, Refusal> start_email_challenge(Ports& ports, const std::string& email,
                                                   const std::optional<std::string>& username,
                                                   const Origin& origin);

}  // namespace gatehouse::accounts
