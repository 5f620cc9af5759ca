// The keys that access tokens are signed with. The daemon makes the first, keeps them sealed in PostgreSQL
// and publishes the public parts before the first token is signed with one.
//
// PostgreSQL has the whole plan (signing_key_row.hpp), its clock decides, and every daemon follows: nothing
// has to happen at the moment when one key takes over from another (key_rotation.hpp).
#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "accounts/ports.hpp"
#include "jose/jwks.hpp"
#include "jose/verify.hpp"

namespace gatehouse::accounts {

// All that a signing key may have.
inline constexpr std::array kTokenAlgorithms{jose::Algorithm::kEdDSA, jose::Algorithm::kES256,
                                             jose::Algorithm::kRS256, jose::Algorithm::kPS256};

class SigningKeys {
 public:
  // Loads them; makes the first if there is none. Throws if a stored key cannot be opened with this master
  // key.
  static SigningKeys load(Database& database, const Secrets& secrets, Random& random,
                          jose::Algorithm algorithm = jose::Algorithm::kEdDSA);

  // Those that there are; makes none. Throws as `load` does, and if there is none.
  static SigningKeys open(Database& database, const Secrets& secrets);

  // Takes over what has changed in PostgreSQL. Throws as `load` does; then all is as it was.
  void reload(Database& database, const Secrets& secrets);

  // The key to sign with at `now`, by PostgreSQL's clock.
  jose::PrivateKey signer(Time now) const;
  jose::KeySet public_keys() const;
  // A token that one of them has signed; what was verified lately is known again (verified_tokens.hpp).
  Result<std::shared_ptr<const jose::VerifiedJws>, jose::Error> verify(std::string_view token) const;
  // The JWK Set for /.well-known/jwks.json and the gate's file.
  std::string jwks() const { return public_keys().jwks(); }

 private:
  struct Ring;

  explicit SigningKeys(std::shared_ptr<const Ring> ring) : ring_(std::move(ring)) {}
  std::shared_ptr<const Ring> ring() const;

  mutable std::mutex mutex_;
  std::shared_ptr<const Ring> ring_;
};

// A new key, sealed, as it is stored.
SigningKeyRow make_signing_key(jose::Algorithm algorithm, const Secrets& secrets, Time now, Time used_from,
                               Random& random);
// Throws std::runtime_error if the row was sealed under another master key.
jose::PrivateKey open_signing_key(const SigningKeyRow& row, const Secrets& secrets);

}  // namespace gatehouse::accounts
