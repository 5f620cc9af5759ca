// Counts how often the password of an account was asked for again from within a session: whoever has taken
// over a browser must not be able to guess it.
#pragma once

#include "accounts/ids.hpp"
#include "base/time.hpp"

namespace gatehouse::accounts {

class PasswordTries {
 public:
  virtual ~PasswordTries() = default;

  // Takes one of `most` tries since `begin`. False if they are used up; of many at once no more than `most`
  // succeed.
  virtual bool take(AccountId account, int most, Time begin, Time now) = 0;
  // When the first of the tries was taken that count at present. Precondition: there is one.
  virtual Time first(AccountId account) = 0;
  // For a try that could not be made.
  virtual void give_back(AccountId account) = 0;
  virtual void forget(AccountId account) = 0;
};

}  // namespace gatehouse::accounts
