#include "module/trusted.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include "base/crypto.hpp"

namespace gatehouse::gate {
namespace {

// With its length in front, so that no two lists of fields read the same.
void append(std::string& text, std::string_view field) {
  text.append(std::to_string(field.size())).append(1, ':').append(field);
}

// All that a token was checked by. Times are checked at each use, by what then holds.
std::string policy_of(const Issuer& issuer) {
  std::string text;
  append(text, issuer.claims.issuer);
  append(text, std::to_string(issuer.claims.audiences.size()));
  for (const std::string& audience : issuer.claims.audiences) append(text, audience);
  append(text, issuer.claims.type);
  append(text, std::to_string(issuer.algorithms.size()));
  for (const jose::Algorithm algorithm : issuer.algorithms) append(text, jose::name(algorithm));
  append(text, issuer.claims.subject_claim);
  append(text, issuer.claims.session_claim);
  append(text, issuer.claims.device_claim);
  append(text, issuer.blocks ? "on" : "off");
  append(text, issuer.block_prefix);
  return text;
}

BlockKey digest_of(std::string_view text) {
  const std::string digest = sha256(text);
  BlockKey key;
  std::memcpy(&key.low, digest.data(), sizeof key.low);
  std::memcpy(&key.high, digest.data() + sizeof key.low, sizeof key.high);
  return key;
}

Voucher make_voucher(const Issuer& issuer, const jose::PublicKey& key) {
  std::string text = policy_of(issuer);
  append(text, jose::name(key.algorithm()));
  append(text, key.thumbprint());
  return digest_of(text);
}

}  // namespace

Trusted::Trusted(const Issuer& issuer, jose::KeySet keys) : issuer_(issuer) {
  replace_keys(std::move(keys));
}

void Trusted::replace_keys(jose::KeySet keys) {
  std::vector<Voucher> vouchers;
  for (const jose::PublicKey& key : keys.keys()) vouchers.push_back(make_voucher(issuer_, key));
  keys_ = std::move(keys);
  vouchers_ = std::move(vouchers);
}

void Trusted::follow(KeyBoard& board, const KeyBoard::Place& place) {
  board_ = &board;
  place_ = place;
  version_ = 0;
}

BlockKey Trusted::owner() const {
  std::string text;
  append(text, issuer_.claims.issuer);
  append(text, issuer_.keys.location());
  append(text, issuer_.keys.ca_file);
  return digest_of(text);
}

void Trusted::refresh() {
  if (board_ == nullptr) return;
  const std::optional<KeyBoard::Change> change = board_->newer_than(place_, version_);
  if (!change) return;
  if (Result<jose::KeySet, jose::Error> keys = jose::KeySet::parse(change->text); keys)
    replace_keys(*std::move(keys));
  // Not before: what could not be parsed for want of memory is tried again.
  version_ = change->version;
}

void Trusted::ask_for_keys() const {
  if (board_ != nullptr) board_->ask(place_);
}

bool Trusted::takes(const Voucher& voucher) const {
  return std::ranges::find(vouchers_, voucher) != vouchers_.end();
}

Voucher Trusted::voucher(jose::Algorithm algorithm, const jose::Thumbprint& thumbprint) const {
  const std::vector<jose::PublicKey>& keys = keys_.keys();
  const auto found = std::ranges::find_if(keys, [&](const jose::PublicKey& key) {
    return key.algorithm() == algorithm && key.thumbprint() == thumbprint;
  });
  return found == keys.end() ? kNoBlockKey : vouchers_[static_cast<std::size_t>(found - keys.begin())];
}

}  // namespace gatehouse::gate
