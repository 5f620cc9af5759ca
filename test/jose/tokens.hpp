// Tokens and keys for the tests of this folder.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/base64.hpp"
#include "base/hex.hpp"
#include "jose/base64url.hpp"
#include "jose/jwks.hpp"
#include "jose/sign.hpp"

namespace gatehouse::jose {

inline constexpr Algorithm kAllAlgorithms[] = {Algorithm::kEdDSA, Algorithm::kES256, Algorithm::kRS256,
                                               Algorithm::kPS256};

inline KeySet key_set_of(const PrivateKey& key) {
  return KeySet({key.public_key()});
}

// A token with any header at all, signed as `key` signs.
inline std::string token_with_header(const PrivateKey& key, std::string_view header,
                                     std::string_view payload) {
  const std::string input = base64url_encode(header) + '.' + base64url_encode(payload);
  return input + '.' + base64url_encode(key.sign(input));
}

inline Result<PublicKey, Error> parse_jwk(std::string_view text) {
  json::Parser parser;
  const Result<json::Object, json::Error> object = parser.parse_object(text);
  if (!object) return Unexpected(Error::kBadKey);
  return PublicKey::parse(*object);
}

// Everything that a public EdDSA key is written as, for who would take it for a secret of HMAC.
inline std::vector<std::string> forms_of(const PublicKey& key) {
  const std::string jwk = key.jwk();
  const std::size_t x = jwk.find(R"("x":")") + 5;
  const std::string raw = base64url_decode(jwk.substr(x, jwk.find('"', x) - x)).value();
  const std::string der = from_hex("302a300506032b6570032100").value() + raw;  // RFC 8410 section 4
  const std::string pem = "-----BEGIN PUBLIC KEY-----\n" + base64_encode(der) + "\n-----END PUBLIC KEY-----";
  return {jwk, KeySet({key}).jwks(), key.thumbprint(), key.kid(), raw, der, pem, pem + '\n'};
}

}  // namespace gatehouse::jose
