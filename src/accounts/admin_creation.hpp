// The operator opens an account with the role "admin", without a mail: who runs gatehousectl vouches for the
// address.
#pragma once

#include <optional>
#include <string>

#include "accounts/origin.hpp"
#include "accounts/ports.hpp"
#include "accounts/refusal.hpp"
#include "accounts/verification_code.hpp"
#include "base/secret.hpp"

namespace gatehouse::accounts {

struct NewAdmin {
  std::string username;
  std::string email;
  std::optional<Secret> password{};  // none: a code is made with which the administrator chooses one
};

struct AdminCreated {
  AccountId account;
  bool existed;                                  // the same administrator was there already, and is as before
  std::optional<VerificationCode> reset_code{};  // for finish_reset() (password_reset.hpp)
};

// kInvalidInput with every fault (members as of a registration), kUsernameTaken, kEmailTaken, kBusy.
Result<AdminCreated, Refusal> create_admin(Database& database, PasswordHasher& passwords,
                                           const Secrets& secrets, const Rules& rules, Random& random,
                                           const NewAdmin& wanted, const Origin& origin);

}  // namespace gatehouse::accounts
