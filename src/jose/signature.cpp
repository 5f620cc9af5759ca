#include "jose/signature.hpp"

#include <openssl/err.h>
#include <openssl/rsa.h>

namespace gatehouse::jose {
namespace {

constexpr std::size_t kP256FieldSize = 32;

// SHA-256 for all but Ed25519, which hashes by itself.
const EVP_MD* digest(Algorithm algorithm) {
  return algorithm == Algorithm::kEdDSA ? nullptr : EVP_sha256();
}

bool set_padding(Algorithm algorithm, EVP_PKEY_CTX* context) {
  if (algorithm != Algorithm::kPS256) return true;
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

// An ECDSA signature from R || S to the DER that OpenSSL reads; empty if it cannot be one. Zero is refused
// here already, so that no "psychic" signature depends on the library's own check.
std::string to_der(std::string_view raw) {
  if (raw.size() != 2 * kP256FieldSize) return {};
  Bignum r(BN_bin2bn(bytes_of(raw), kP256FieldSize, nullptr));
  Bignum s(BN_bin2bn(bytes_of(raw.substr(kP256FieldSize)), kP256FieldSize, nullptr));
  const EcdsaSignature signature(ECDSA_SIG_new());
  require(r && s && signature, "ECDSA signature");
  if (BN_is_zero(r.get()) || BN_is_zero(s.get())) return {};
  require(ECDSA_SIG_set0(signature.get(), r.release(), s.release()) == 1, "ECDSA signature");
  const int size = i2d_ECDSA_SIG(signature.get(), nullptr);
  require(size > 0, "ECDSA signature");
  std::string der(static_cast<std::size_t>(size), '\0');
  unsigned char* out = bytes_of(der);
  i2d_ECDSA_SIG(signature.get(), &out);
  return der;
}

std::string from_der(const std::string& der) {
  const unsigned char* in = bytes_of(der);
  const EcdsaSignature signature(d2i_ECDSA_SIG(nullptr, &in, static_cast<long>(der.size())));
  require(signature != nullptr, "ECDSA signature");
  std::string raw(2 * kP256FieldSize, '\0');
  require(
      BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), bytes_of(raw), kP256FieldSize) > 0 &&
          BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), bytes_of(raw) + kP256FieldSize, kP256FieldSize) > 0,
      "ECDSA signature");
  return raw;
}

}  // namespace

Verifier verifier_of(Algorithm algorithm, EVP_PKEY& key) {
  DigestContext context(EVP_MD_CTX_new());
  require(context != nullptr, "EVP_MD_CTX_new");
  EVP_PKEY_CTX* parameters = nullptr;
  require(EVP_DigestVerifyInit(context.get(), &parameters, digest(algorithm), nullptr, &key) == 1 &&
              set_padding(algorithm, parameters),
          "EVP_DigestVerifyInit");
  return context;
}

bool verify(Algorithm algorithm, const EVP_MD_CTX& verifier, std::string_view message,
            std::string_view signature) {
  const std::string der = algorithm == Algorithm::kES256 ? to_der(signature) : std::string();
  if (algorithm == Algorithm::kES256) {
    if (der.empty()) return false;
    signature = der;
  }
  const DigestContext context(EVP_MD_CTX_new());
  require(context && EVP_MD_CTX_copy_ex(context.get(), &verifier) == 1, "EVP_MD_CTX_copy_ex");
  const int verdict = EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(),
                                       bytes_of(message), message.size());
  // A refused signature leaves entries in the thread's error queue, which others would take for theirs.
  if (verdict != 1) ERR_clear_error();
  return verdict == 1;
}

std::string sign(Algorithm algorithm, EVP_PKEY& key, std::string_view message) {
  const DigestContext context(EVP_MD_CTX_new());
  require(context != nullptr, "EVP_MD_CTX_new");
  EVP_PKEY_CTX* parameters = nullptr;
  std::size_t size = 0;
  require(EVP_DigestSignInit(context.get(), &parameters, digest(algorithm), nullptr, &key) == 1 &&
              set_padding(algorithm, parameters) &&
              EVP_DigestSign(context.get(), nullptr, &size, bytes_of(message), message.size()) == 1,
          "EVP_DigestSignInit");
  std::string signature(size, '\0');
  require(EVP_DigestSign(context.get(), bytes_of(signature), &size, bytes_of(message), message.size()) == 1,
          "EVP_DigestSign");
  signature.resize(size);
  return algorithm == Algorithm::kES256 ? from_der(signature) : signature;
}

}  // namespace gatehouse::jose
