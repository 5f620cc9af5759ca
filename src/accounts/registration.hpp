// Opens an account. It can be used once a code that is mailed to its address has come back
// (verification.hpp).
#pragma once

#include <string>

#include "accounts/origin.hpp"
#include "accounts/ports.hpp"
#include "accounts/refusal.hpp"
#include "base/secret.hpp"

namespace gatehouse::accounts {

struct Registration {
  std::string username;
  std::string email;
  Secret password;
};

// Every fault of the three (members "username", "email", "password").
std::vector<Fault> faults_of(const Registration& registration);

struct Registered {
  ChallengeId challenge;
};

// kInvalidInput with every fault, kUsernameTaken, kTooManyMails, kAddressBlocked, kBusy. An address that
// another account has verified is no refusal: its owner is told by mail, the caller is not.
Result<Registered, Refusal> register_account(Ports& ports, const Registration& registration,
                                             const Origin& origin);

}  // namespace gatehouse::accounts
