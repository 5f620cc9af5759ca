// The link that a mail carries beside its code: looked at, then confirmed or told away. The holder of the
// token is who reads the address' mail; nobody else has it.
#pragma once

#include <string>
#include <string_view>

#include "accounts/origin.hpp"
#include "accounts/ports.hpp"
#include "accounts/refusal.hpp"

namespace gatehouse::accounts {

// What the link would confirm.
struct LinkOffer {
  std::string username;
  std::string email;
};

// All three: kNotFound (nothing that Gatehouse has made, or of a mail that another has replaced),
// kChallengeUsed, kChallengeExpired, kTooManyTries, kAddressBlocked.

// Changes nothing: mail scanners open every link.
Result<LinkOffer, Refusal> read_link(Ports& ports, std::string_view token, const Origin& origin);
// The same as the code beside it; they are good once together. Also kEmailTaken.
Result<LinkOffer, Refusal> confirm_link(Ports& ports, std::string_view token, const Origin& origin);
// Who reads this mail has opened no account: it is removed, since nobody has proved anything with it.
Result<void, Refusal> disown_link(Ports& ports, std::string_view token, const Origin& origin);

}  // namespace gatehouse::accounts
