#include "jose/jwks.hpp"

#include <algorithm>

namespace gatehouse::jose {
namespace {

constexpr json::Limits kLimits{.bytes = 1024 * 1024, .depth = 16};

}  // namespace

Result<KeySet, Error> KeySet::parse(std::string_view text) {
  json::Parser parser;
  const Result<json::Object, json::Error> set = parser.parse_object(text, kLimits);
  if (!set) return Unexpected(Error::kBadKeySet);
  const std::optional<json::Value> member = set->find("keys");
  const std::optional<json::Array> list = member ? member->array() : std::nullopt;
  if (!list) return Unexpected(Error::kBadKeySet);

  std::vector<PublicKey> keys;
  for (const json::Value& value : list->values()) {
    const std::optional<json::Object> jwk = value.object();
    if (!jwk) return Unexpected(Error::kBadKeySet);
    Result<PublicKey, Error> key = PublicKey::parse(*jwk);
    if (!key && key.error() == Error::kUnsupportedAlgorithm) continue;
    if (!key) return Unexpected(key.error());
    const bool repeated = std::any_of(keys.begin(), keys.end(), [&](const PublicKey& other) {
      return !other.kid().empty() && other.kid() == key->kid();
    });
    if (repeated) return Unexpected(Error::kBadKeySet);
    keys.push_back(*std::move(key));
  }
  if (keys.empty()) return Unexpected(Error::kBadKeySet);
  return KeySet(std::move(keys));
}

const PublicKey* KeySet::find(std::string_view kid, Algorithm algorithm) const {
  const PublicKey* found = nullptr;
  for (const PublicKey& key : keys_) {
    if (key.algorithm() != algorithm || (!kid.empty() && key.kid() != kid)) continue;
    if (found) return nullptr;
    found = &key;
  }
  return found;
}

std::string KeySet::jwks() const {
  std::string text = R"({"keys":[)";
  for (const PublicKey& key : keys_) text.append(&key == keys_.data() ? "" : ",").append(key.jwk());
  return text.append("]}");
}

}  // namespace gatehouse::jose
