#include "accounts/verified_tokens.hpp"

#include <utility>

#include "accounts/signing_keys.hpp"
#include "base/crypto.hpp"

namespace gatehouse::accounts {

Result<std::shared_ptr<const jose::VerifiedJws>, jose::Error> VerifiedTokens::verify(std::string_view token) {
  const std::string digest = sha256(token);
  if (std::shared_ptr<const jose::VerifiedJws> known = find(digest)) return known;
  thread_local json::Parser parser;
  Result<jose::VerifiedJws, jose::Error> jws = jose::verify_signature(token, keys_, kTokenAlgorithms, parser);
  // Only good ones are remembered, so that nobody without an account can push others out.
  if (!jws) return Unexpected(jws.error());
  auto good = std::make_shared<const jose::VerifiedJws>(*std::move(jws));
  remember(digest, good);
  return good;
}

std::size_t VerifiedTokens::size() const {
  const std::lock_guard lock(mutex_);
  return younger_.size() + older_.size();
}

std::shared_ptr<const jose::VerifiedJws> VerifiedTokens::find(const std::string& digest) {
  const std::lock_guard lock(mutex_);
  if (const auto found = younger_.find(digest); found != younger_.end()) return found->second;
  const auto found = older_.find(digest);
  return found == older_.end() ? nullptr : found->second;
}

void VerifiedTokens::remember(const std::string& digest, std::shared_ptr<const jose::VerifiedJws> jws) {
  Known forgotten;  // freed outside the lock
  const std::lock_guard lock(mutex_);
  if (younger_.size() >= kGeneration) {
    forgotten = std::exchange(older_, std::move(younger_));
    younger_.clear();
  }
  younger_.insert_or_assign(digest, std::move(jws));
}

}  // namespace gatehouse::accounts
