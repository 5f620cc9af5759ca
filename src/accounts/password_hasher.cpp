#include "accounts/password_hasher.hpp"

#include <sodium.h>

#include <new>
#include <stdexcept>
#include <thread>

namespace gatehouse::accounts {

// A place to hash at, held while it lives.
class PasswordHasher::Slot {
 public:
  // Waits for one; empty if there is no room to wait either.
  explicit Slot(PasswordHasher& hasher) : hasher_(hasher) {
    std::unique_lock lock(hasher_.mutex_);
    if (hasher_.running_ == hasher_.cost_.slots) {
      if (hasher_.waiting_ == hasher_.cost_.waiting) return;
      ++hasher_.waiting_;
      hasher_.freed_.wait(lock, [this] { return hasher_.running_ < hasher_.cost_.slots; });
      --hasher_.waiting_;
    }
    ++hasher_.running_;
    held_ = true;
  }
  ~Slot() {
    if (!held_) return;
    {
      const std::lock_guard lock(hasher_.mutex_);
      --hasher_.running_;
    }
    hasher_.freed_.notify_one();
  }
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;

  explicit operator bool() const { return held_; }

 private:
  PasswordHasher& hasher_;
  bool held_ = false;
};

PasswordHasher::PasswordHasher(Cost cost) : cost_(cost) {
  if (sodium_init() < 0) throw std::runtime_error("libsodium cannot be used");
  if (cost_.slots == 0) cost_.slots = std::max(1U, std::thread::hardware_concurrency());
  dummy_ = hash(Secret(std::string("no account has this password"))).value();
}

Result<std::string, Busy> PasswordHasher::hash(const Secret& password) {
  const Slot slot(*this);
  if (!slot) return Unexpected(Busy{});
  std::string text(crypto_pwhash_STRBYTES, '\0');
  // The salt is libsodium's own randomness; its result is the PHC string with a NUL behind it.
  if (crypto_pwhash_str_alg(text.data(), password.expose().data(), password.size(), cost_.passes,
                            cost_.memory, crypto_pwhash_ALG_ARGON2ID13) != 0)
    throw std::bad_alloc();
  text.resize(text.find('\0'));
  return text;
}

Result<bool, Busy> PasswordHasher::verify(const std::string& hash, const Secret& password) {
  const Slot slot(*this);
  if (!slot) return Unexpected(Busy{});
  return crypto_pwhash_str_verify(hash.c_str(), password.expose().data(), password.size()) == 0;
}

Result<bool, Busy> PasswordHasher::verify_dummy(const Secret& password) {
  Result<bool, Busy> verified = verify(dummy_, password);
  if (verified) *verified = false;
  return verified;
}

}  // namespace gatehouse::accounts
