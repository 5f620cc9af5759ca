// The mail of a challenge that confirms an address.
#pragma once

#include <optional>
#include <string>

#include "accounts/ports.hpp"
#include "accounts/verification_code.hpp"

namespace gatehouse::accounts {

struct Addressee {
  std::string username;
  std::string email;  // as given
};

enum class Recipient {
  kAddressee,
  kOwner,   // of another account, which has verified the address
  kNobody,  // of a decoy
};

// With code and link to the addressee; but if another account has verified the address, that account's owner
// is told instead. All of them, the mail to nobody too, write the same rows: who has asked learns nothing.
Recipient send_verification_mail(Ports& ports, Transaction& transaction,
                                 const std::optional<Addressee>& addressee, const VerificationCode& issued);

}  // namespace gatehouse::accounts
