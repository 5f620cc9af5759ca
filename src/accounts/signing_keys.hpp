// The keys that access tokens are signed with. The daemon makes them, keeps them sealed in PostgreSQL and
// publishes the public parts before the first token is signed with one.
#pragma once

#include <string>

#include "accounts/ports.hpp"
#include "jose/jwks.hpp"

namespace gatehouse::accounts {

class SigningKeys {
 public:
  // Loads them; makes the first if there is none. Throws if a stored key cannot be opened with this master
  // key.
  static SigningKeys load(Database& database, const Secrets& secrets, Random& random,
                          jose::Algorithm algorithm = jose::Algorithm::kEdDSA);

  const jose::PrivateKey& newest() const { return newest_; }
  const jose::KeySet& public_keys() const { return public_keys_; }
  // The JWK Set for /.well-known/jwks.json and the gate's file.
  std::string jwks() const { return public_keys_.jwks(); }

 private:
  SigningKeys(jose::PrivateKey newest, jose::KeySet public_keys);

  jose::PrivateKey newest_;
  jose::KeySet public_keys_;
};

}  // namespace gatehouse::accounts
