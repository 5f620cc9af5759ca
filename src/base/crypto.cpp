#include "base/crypto.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <memory>
#include <stdexcept>

namespace gatehouse {
namespace {

constexpr std::size_t kDigestSize = 32;
constexpr std::size_t kNonceSize = 12;
constexpr std::size_t kTagSize = 16;

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

void require(bool ok, const char* what) {
  if (!ok) throw std::runtime_error(std::string("OpenSSL failed: ") + what);
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* writable(char* text) {
  return reinterpret_cast<unsigned char*>(text);
}

}  // namespace

std::string sha256(std::string_view bytes) {
  std::string digest(kDigestSize, '\0');
  require(
      EVP_Digest(bytes.data(), bytes.size(), writable(digest.data()), nullptr, EVP_sha256(), nullptr) == 1,
      "SHA-256");
  return digest;
}

std::string hmac_sha256(std::string_view key, std::string_view message) {
  std::string mac(kDigestSize, '\0');
  require(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(message), message.size(),
               writable(mac.data()), nullptr) != nullptr,
          "HMAC");
  return mac;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

Secret hkdf_sha256(const Secret& key, std::string_view label, std::size_t size) {
  const std::unique_ptr<EVP_KDF, decltype(&EVP_KDF_free)> kdf(EVP_KDF_fetch(nullptr, "HKDF", nullptr),
                                                              EVP_KDF_free);
  require(kdf != nullptr, "HKDF");
  const std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)> context(EVP_KDF_CTX_new(kdf.get()),
                                                                          EVP_KDF_CTX_free);
  require(context != nullptr, "HKDF");
  std::string digest = "SHA256";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, const_cast<char*>(key.expose().data()),
                                        key.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, const_cast<char*>(label.data()), label.size()),
      OSSL_PARAM_construct_end()};
  Secret derived(size);
  require(EVP_KDF_derive(context.get(), writable(derived.data()), size, parameters) == 1, "HKDF");
  return derived;
}

std::string seal(const Secret& key, std::string_view context, std::string_view plain, Random& random) {
  if (key.size() != 32) throw std::invalid_argument("seal: the key must have 32 bytes");
  std::string box = random.bytes(kNonceSize);
  box.resize(kNonceSize + plain.size() + kTagSize);
  const CipherContext cipher(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  int size = 0;
  require(cipher &&
              EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytes_of(key.expose()),
                                 bytes_of(box)) &&
              EVP_EncryptUpdate(cipher.get(), nullptr, &size, bytes_of(context),
                                static_cast<int>(context.size())) &&
              EVP_EncryptUpdate(cipher.get(), writable(box.data() + kNonceSize), &size, bytes_of(plain),
                                static_cast<int>(plain.size())) &&
              EVP_EncryptFinal_ex(cipher.get(), nullptr, &size) &&
              EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTagSize,
                                  box.data() + kNonceSize + plain.size()),
          "AES-256-GCM");
  return box;
}

std::optional<Secret> open_sealed(const Secret& key, std::string_view context, std::string_view box) {
  if (key.size() != 32) throw std::invalid_argument("open_sealed: the key must have 32 bytes");
  if (box.size() < kNonceSize + kTagSize) return std::nullopt;
  const std::string_view hidden = box.substr(kNonceSize, box.size() - kNonceSize - kTagSize);
  std::string tag(box.substr(box.size() - kTagSize));
  Secret plain(hidden.size());
  const CipherContext cipher(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  int size = 0;
  require(cipher && EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytes_of(key.expose()),
                                       bytes_of(box)),
          "AES-256-GCM");
  const bool authentic =
      EVP_DecryptUpdate(cipher.get(), nullptr, &size, bytes_of(context), static_cast<int>(context.size())) &&
      EVP_DecryptUpdate(cipher.get(), writable(plain.data()), &size, bytes_of(hidden),
                        static_cast<int>(hidden.size())) &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTagSize, tag.data()) &&
      EVP_DecryptFinal_ex(cipher.get(), nullptr, &size) == 1;
  if (!authentic) return std::nullopt;
  return plain;
}

}  // namespace gatehouse
