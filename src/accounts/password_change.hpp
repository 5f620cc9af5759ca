// Changes the password of who is logged in and knows the one there is.
#pragma once

#include <chrono>

#include "accounts/enforcement.hpp"
#include "accounts/origin.hpp"
#include "accounts/ports.hpp"
#include "accounts/principal.hpp"
#include "accounts/refusal.hpp"
#include "base/secret.hpp"

namespace gatehouse::accounts {

struct PasswordChange {
  Secret current;
  Secret fresh;
};

// Wrong current passwords that an account takes in a quarter of an hour.
inline constexpr int kPasswordTries = 5;
inline constexpr std::chrono::minutes kPasswordTryWindow{15};

// Ends the account's other sessions; that of the caller goes on with the tokens it has. kInvalidInput
// (member "new_password"), kWrongPassword, kTooManyAttempts, kUnauthenticated (the session was ended or the
// password replaced meanwhile), kBusy.
Result<Enforcement, Refusal> change_password(Ports& ports, const Principal& principal,
                                             const PasswordChange& change, const Origin& origin);

}  // namespace gatehouse::accounts
