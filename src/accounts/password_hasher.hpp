// Argon2id on a bounded number of slots: a flood of logins costs a fixed amount of memory and CPU.
//
//   Result<std::string, Busy> hash = hasher.hash(password);      // a PHC string
//   Result<bool, Busy> same = hasher.verify(*hash, password);
//
// Calls block; who finds all slots and all waiting places taken is told so at once.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace gatehouse::accounts {

struct Busy {};

class PasswordHasher {
 public:
  struct Cost {
    std::size_t memory = 19 * 1024 * 1024;  // bytes a hash
    unsigned passes = 2;
    unsigned slots = 0;     // hashes at one time; 0: one for each core
    unsigned waiting = 64;  // callers that may wait for a slot
  };

  explicit PasswordHasher(Cost cost);

  Result<std::string, Busy> hash(const Secret& password);
  Result<bool, Busy> verify(const std::string& hash, const Secret& password);
  // Takes as long as `verify` does, for accounts that are not there. Always false.
  Result<bool, Busy> verify_dummy(const Secret& password);

 private:
  class Slot;

  Cost cost_;
  std::mutex mutex_;
  std::condition_variable freed_;
  unsigned running_ = 0;
  unsigned waiting_ = 0;
  std::string dummy_;
};

}  // namespace gatehouse::accounts
