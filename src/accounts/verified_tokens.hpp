// Access tokens whose signature was found good lately: a client comes with the same one for minutes. It
// belongs to one set of keys and ends with it, so that no token is believed for longer than its key.
//
//   VerifiedTokens tokens(keys);
//   Result<std::shared_ptr<const jose::VerifiedJws>, jose::Error> jws = tokens.verify(text);
//
// Claims and blocks are for the caller to check, each time.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "jose/verify.hpp"

namespace gatehouse::accounts {

class VerifiedTokens {
 public:
  static constexpr std::size_t kGeneration = 2048;

  explicit VerifiedTokens(jose::KeySet keys) : keys_(std::move(keys)) {}

  // As jose::verify_signature, whose work it spares if it knows the token; for any number of threads.
  Result<std::shared_ptr<const jose::VerifiedJws>, jose::Error> verify(std::string_view token);

  std::size_t size() const;

 private:
  using Known = std::unordered_map<std::string, std::shared_ptr<const jose::VerifiedJws>>;

  std::shared_ptr<const jose::VerifiedJws> find(const std::string& digest);
  void remember(const std::string& digest, std::shared_ptr<const jose::VerifiedJws> jws);

  const jose::KeySet keys_;
  mutable std::mutex mutex_;
  // By the tokens' SHA-256. When the younger generation is full it becomes the older one, and that is
  // forgotten.
  Known younger_;
  Known older_;
};

}  // namespace gatehouse::accounts
