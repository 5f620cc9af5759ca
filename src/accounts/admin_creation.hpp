// The operator opens an account with the role "admin", without a mail: who runs gatehousectl vouches for the
// address.
#pragma once

#include <string>

#include "accounts/origin.hpp"
#include "accounts/ports.hpp"
#include "accounts/refusal.hpp"
#include "accounts/registration.hpp"

namespace gatehouse::accounts {

struct AdminCreated {
  AccountId account;
  bool existed;  // the same administrator was there already, and is as before
};

// kInvalidInput with every fault (members as of a registration), kUsernameTaken, kEmailTaken, kBusy.
Result<AdminCreated, Refusal> create_admin(Database& database, PasswordHasher& passwords, const Rules& rules,
                                           Random& random, const Registration& registration,
                                           const Origin& origin);

}  // namespace gatehouse::accounts
