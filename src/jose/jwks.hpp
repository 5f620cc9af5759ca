// A JWK Set (RFC 7517 section 5): the keys that an issuer signs with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "jose/jwk.hpp"

namespace gatehouse::jose {

class KeySet {
 public:
  KeySet() = default;
  explicit KeySet(std::vector<PublicKey> keys) : keys_(std::move(keys)) {}

  // Keys of unknown type, curve or use are passed over, as RFC 7517 section 5 asks; a key that has a known
  // type and cannot be read, two keys of one kid, or no usable key at all is an error. At most 1 MiB.
  static Result<KeySet, Error> parse(std::string_view text);

  // The key that a token's header names. A token without kid fits only if one key alone has its algorithm.
  const PublicKey* find(std::string_view kid, Algorithm algorithm) const;

  const std::vector<PublicKey>& keys() const { return keys_; }
  std::string jwks() const;  // as JSON text

 private:
  std::vector<PublicKey> keys_;
};

}  // namespace gatehouse::jose
