// Keys. The algorithm belongs to the key (RFC 8725 section 3.1): a token is verified with the algorithm of
// the key that it names, never the other way round.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "jose/algorithm.hpp"
#include "jose/error.hpp"
#include "json/document.hpp"

namespace gatehouse::jose {

// RFC 7638, SHA-256; 32 bytes.
using Thumbprint = std::string;

class PublicKey {
 public:
  // A public JWK (RFC 7517): Ed25519, P-256, or RSA of at least 2048 bits. "alg" may be absent where the key
  // type leaves one choice; for RSA it then is RS256. A key with private members, or with "use" or "key_ops"
  // that rule out verifying, is refused.
  static Result<PublicKey, Error> parse(const json::Object& jwk);

  const std::string& kid() const { return kid_; }  // may be empty
  Algorithm algorithm() const { return algorithm_; }
  const Thumbprint& thumbprint() const { return thumbprint_; }
  std::string jwk() const;  // as JSON text, with kid, alg and use

  // Whether `signature` (in JWS form: R || S for ECDSA) is this key's over `message`.
  bool verifies(std::string_view message, std::string_view signature) const;

 private:
  friend class PrivateKey;
  PublicKey(std::string kid, Algorithm algorithm, std::shared_ptr<EVP_PKEY> key);

  std::string kid_;
  Algorithm algorithm_;
  std::shared_ptr<EVP_PKEY> key_;
  std::shared_ptr<const EVP_MD_CTX> verifier_;
  Thumbprint thumbprint_;
};

class PrivateKey {
 public:
  // The kid is the base64url of the thumbprint.
  static PrivateKey generate(Algorithm algorithm);
  // PKCS #8 DER as written by `pkcs8`.
  static Result<PrivateKey, Error> parse(Algorithm algorithm, const Secret& pkcs8);

  const PublicKey& public_key() const { return public_key_; }
  Secret pkcs8() const;
  // The JWS signature over `message`.
  std::string sign(std::string_view message) const;

 private:
  PrivateKey(Algorithm algorithm, std::shared_ptr<EVP_PKEY> key);

  PublicKey public_key_;
};

}  // namespace gatehouse::jose
