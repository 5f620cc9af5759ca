#include "jose/jwk.hpp"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/crypto.hpp"
#include "jose/base64url.hpp"
#include "jose/evp.hpp"
#include "jose/signature.hpp"

namespace gatehouse::jose {
namespace {

constexpr std::size_t kEd25519Size = 32;
constexpr std::size_t kP256FieldSize = 32;
constexpr int kMinRsaBits = 2048;
// Verification time grows with the square; nobody signs tokens with more.
constexpr int kMaxRsaBits = 8192;
constexpr std::size_t kMaxRsaExponentSize = 8;

std::optional<std::string> bytes_member(const json::Object& jwk, std::string_view member) {
  const std::optional<json::Value> value = jwk.find(member);
  if (!value || !value->string()) return std::nullopt;
  return base64url_decode(*value->string());
}

// The member's text; "" if absent, std::nullopt if it is no string.
std::optional<std::string_view> text_member(const json::Object& jwk, std::string_view member) {
  const std::optional<json::Value> value = jwk.find(member);
  if (!value) return "";
  return value->string();
}

Key key_from_data(const char* type, OSSL_PARAM_BLD* builder) {
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  require(parameters && context && EVP_PKEY_fromdata_init(context.get()) == 1, "EVP_PKEY_fromdata");
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) ERR_clear_error();
  return own(key);
}

Key ed25519_key(const json::Object& jwk) {
  const std::optional<std::string> x = bytes_member(jwk, "x");
  if (!x || x->size() != kEd25519Size) return nullptr;
  return own(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(std::string_view(*x)), x->size()));
}

Key p256_key(const json::Object& jwk) {
  const std::optional<std::string> x = bytes_member(jwk, "x");
  const std::optional<std::string> y = bytes_member(jwk, "y");
  if (!x || !y || x->size() != kP256FieldSize || y->size() != kP256FieldSize) return nullptr;
  const std::string point = '\x04' + *x + *y;  // uncompressed, SEC 1 section 2.3.3
  const ParameterBuilder builder(OSSL_PARAM_BLD_new());
  require(builder && OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) &&
              OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                               point.size()),
          "P-256 key");
  Key key = key_from_data("EC", builder.get());
  if (!key) return nullptr;
  const KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
  if (!context || EVP_PKEY_public_check(context.get()) != 1) {
    ERR_clear_error();
    return nullptr;
  }
  return key;
}

Key rsa_key(const json::Object& jwk) {
  const std::optional<std::string> n = bytes_member(jwk, "n");
  const std::optional<std::string> e = bytes_member(jwk, "e");
  if (!n || !e || n->size() > kMaxRsaBits / 8 || e->size() > kMaxRsaExponentSize) return nullptr;
  const Bignum modulus(BN_bin2bn(bytes_of(std::string_view(*n)), static_cast<int>(n->size()), nullptr));
  const Bignum exponent(BN_bin2bn(bytes_of(std::string_view(*e)), static_cast<int>(e->size()), nullptr));
  require(modulus && exponent, "RSA key");
  // With the exponent 1 every message is its own signature.
  if (BN_num_bits(modulus.get()) < kMinRsaBits || !BN_is_odd(modulus.get()) || !BN_is_odd(exponent.get()) ||
      BN_is_one(exponent.get()))
    return nullptr;
  const ParameterBuilder builder(OSSL_PARAM_BLD_new());
  require(builder && OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) &&
              OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()),
          "RSA key");
  return key_from_data("RSA", builder.get());
}

std::string number_text(const EVP_PKEY& key, const char* parameter, std::size_t padded_size) {
  BIGNUM* number = nullptr;
  require(EVP_PKEY_get_bn_param(&key, parameter, &number) == 1, parameter);
  const Bignum owner(number);
  std::string bytes(std::max(padded_size, static_cast<std::size_t>(BN_num_bytes(number))), '\0');
  require(BN_bn2binpad(number, bytes_of(bytes), static_cast<int>(bytes.size())) >= 0, parameter);
  return base64url_encode(bytes);
}

// The members that make the key, in the order and form of RFC 7638 section 3.
nlohmann::ordered_json required_members(Algorithm algorithm, const EVP_PKEY& key) {
  switch (algorithm) {
    case Algorithm::kEdDSA: {
      std::string x(kEd25519Size, '\0');
      std::size_t size = x.size();
      require(EVP_PKEY_get_raw_public_key(&key, bytes_of(x), &size) == 1, "Ed25519 key");
      return {{"crv", "Ed25519"}, {"kty", "OKP"}, {"x", base64url_encode(x)}};
    }
    case Algorithm::kES256:
      return {{"crv", "P-256"},
              {"kty", "EC"},
              {"x", number_text(key, OSSL_PKEY_PARAM_EC_PUB_X, kP256FieldSize)},
              {"y", number_text(key, OSSL_PKEY_PARAM_EC_PUB_Y, kP256FieldSize)}};
    case Algorithm::kRS256:
    case Algorithm::kPS256:
      return {{"e", number_text(key, OSSL_PKEY_PARAM_RSA_E, 0)},
              {"kty", "RSA"},
              {"n", number_text(key, OSSL_PKEY_PARAM_RSA_N, 0)}};
  }
  throw std::logic_error("unknown algorithm");
}

// The algorithm that key type, curve and "alg" name together; std::nullopt if it is none of ours.
std::optional<Algorithm> algorithm_of(std::string_view type, std::string_view curve, std::string_view alg) {
  if (type == "OKP" && curve == "Ed25519" && (alg.empty() || alg == "EdDSA")) return Algorithm::kEdDSA;
  if (type == "EC" && curve == "P-256" && (alg.empty() || alg == "ES256")) return Algorithm::kES256;
  if (type == "RSA" && (alg.empty() || alg == "RS256")) return Algorithm::kRS256;
  if (type == "RSA" && alg == "PS256") return Algorithm::kPS256;
  return std::nullopt;
}

bool is_for_verifying(const json::Object& jwk) {
  const std::optional<json::Value> use = jwk.find("use");
  if (use && use->string() != "sig") return false;
  const std::optional<json::Value> operations = jwk.find("key_ops");
  if (!operations) return true;
  const std::optional<json::Array> list = operations->array();
  if (!list) return false;
  const std::vector<json::Value> values = list->values();
  return std::any_of(values.begin(), values.end(),
                     [](const json::Value& v) { return v.string() == "verify"; });
}

}  // namespace

PublicKey::PublicKey(std::string kid, Algorithm algorithm, std::shared_ptr<EVP_PKEY> key)
    : kid_(std::move(kid)),
      algorithm_(algorithm),
      key_(std::move(key)),
      verifier_(verifier_of(algorithm_, *key_)),
      thumbprint_(sha256(required_members(algorithm_, *key_).dump())) {}

Result<PublicKey, Error> PublicKey::parse(const json::Object& jwk) {
  const std::optional<std::string_view> type = text_member(jwk, "kty");
  const std::optional<std::string_view> curve = text_member(jwk, "crv");
  const std::optional<std::string_view> alg = text_member(jwk, "alg");
  const std::optional<std::string_view> kid = text_member(jwk, "kid");
  if (!type || !curve || !alg || !kid) return Unexpected(Error::kBadKey);
  const std::optional<Algorithm> algorithm = algorithm_of(*type, *curve, *alg);
  if (!algorithm || !is_for_verifying(jwk)) return Unexpected(Error::kUnsupportedAlgorithm);
  // A private key in a public place is compromised.
  if (jwk.find("d")) return Unexpected(Error::kBadKey);
  Key key;
  switch (*algorithm) {
    case Algorithm::kEdDSA:
      key = ed25519_key(jwk);
      break;
    case Algorithm::kES256:
      key = p256_key(jwk);
      break;
    case Algorithm::kRS256:
    case Algorithm::kPS256:
      key = rsa_key(jwk);
      break;
  }
  if (!key) return Unexpected(Error::kBadKey);
  return PublicKey(std::string(*kid), *algorithm, std::move(key));
}

std::string PublicKey::jwk() const {
  nlohmann::ordered_json members = required_members(algorithm_, *key_);
  members["alg"] = name(algorithm_);
  members["kid"] = kid_;
  members["use"] = "sig";
  return members.dump();
}

bool PublicKey::verifies(std::string_view message, std::string_view signature) const {
  return verify(algorithm_, *verifier_, message, signature);
}

PrivateKey::PrivateKey(Algorithm algorithm, std::shared_ptr<EVP_PKEY> key)
    : public_key_("", algorithm, std::move(key)) {
  public_key_.kid_ = base64url_encode(public_key_.thumbprint_);
}

PrivateKey PrivateKey::generate(Algorithm algorithm) {
  EVP_PKEY* key = nullptr;
  switch (algorithm) {
    case Algorithm::kEdDSA:
      key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
      break;
    case Algorithm::kES256:
      key = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
      break;
    case Algorithm::kRS256:
    case Algorithm::kPS256:
      key = EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{kMinRsaBits});
      break;
  }
  require(key != nullptr, "EVP_PKEY_Q_keygen");
  return PrivateKey(algorithm, own(key));
}

Result<PrivateKey, Error> PrivateKey::parse(Algorithm algorithm, const Secret& pkcs8) {
  const unsigned char* in = bytes_of(pkcs8.expose());
  const Key key = own(d2i_AutoPrivateKey(nullptr, &in, static_cast<long>(pkcs8.size())));
  if (!key) {
    ERR_clear_error();
    return Unexpected(Error::kBadKey);
  }
  const char* type = algorithm == Algorithm::kEdDSA   ? "ED25519"
                     : algorithm == Algorithm::kES256 ? "EC"
                                                      : "RSA";
  if (EVP_PKEY_is_a(key.get(), type) != 1) return Unexpected(Error::kBadKey);
  return PrivateKey(algorithm, key);
}

Secret PrivateKey::pkcs8() const {
  const std::unique_ptr<PKCS8_PRIV_KEY_INFO, Freer<PKCS8_PRIV_KEY_INFO_free>> info(
      EVP_PKEY2PKCS8(public_key_.key_.get()));
  require(info != nullptr, "PKCS #8");
  const int size = i2d_PKCS8_PRIV_KEY_INFO(info.get(), nullptr);
  require(size > 0, "PKCS #8");
  Secret der(static_cast<std::size_t>(size));
  auto* out = reinterpret_cast<unsigned char*>(der.data());
  i2d_PKCS8_PRIV_KEY_INFO(info.get(), &out);
  return der;
}

std::string PrivateKey::sign(std::string_view message) const {
  return jose::sign(public_key_.algorithm_, *public_key_.key_, message);
}

}  // namespace gatehouse::jose
