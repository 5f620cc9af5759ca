#include "accounts/secrets.hpp"

#include <stdexcept>

#include "base/crypto.hpp"

namespace gatehouse::accounts {
namespace {

constexpr std::size_t kMasterKeySize = 32;

const Secret& checked(const Secret& master_key) {
  if (master_key.size() != kMasterKeySize) throw std::invalid_argument("the master key must have 32 bytes");
  return master_key;
}

}  // namespace

Secrets::Secrets(const Secret& master_key)
    : master_(checked(master_key)),
      device_token_(hkdf_sha256(master_, "gatehouse/device-token/v1")),
      signing_keys_(hkdf_sha256(master_, "gatehouse/signing-keys/v1")),
      outbox_(hkdf_sha256(master_, "gatehouse/outbox/v1")),
      link_token_(hkdf_sha256(master_, "gatehouse/link-token/v1")),
      codes_(hkdf_sha256(master_, "gatehouse/challenge-code/v1")),
      addresses_(hkdf_sha256(master_, "gatehouse/address/v1")) {}

std::string Secrets::code_mac(ChallengeId challenge, std::string_view code) const {
  return hmac_sha256(codes_.expose(), challenge.str().append(code));
}

std::string Secrets::address_mac(std::string_view email_key, std::string_view purpose) const {
  return hmac_sha256(addresses_.expose(), std::string(purpose).append(1, '\0').append(email_key));
}

Secret Secrets::refresh_token(std::uint16_t secret_id) const {
  return hkdf_sha256(master_, "gatehouse/refresh-token/v1/" + std::to_string(secret_id));
}

}  // namespace gatehouse::accounts
