// Every secret of the daemon, derived from the master key by HKDF with a label and a version.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "accounts/ids.hpp"
#include "base/secret.hpp"

namespace gatehouse::accounts {

class Secrets {
 public:
  // `master_key` has 32 bytes of full entropy.
  explicit Secrets(const Secret& master_key);

  const Secret& device_token() const { return device_token_; }
  const Secret& signing_keys() const { return signing_keys_; }
  const Secret& outbox() const { return outbox_; }
  const Secret& link_token() const { return link_token_; }

  // What is stored instead of a challenge's code.
  std::string code_mac(ChallengeId challenge, std::string_view code) const;

  // What codes for an address are counted by.
  std::string address_mac(std::string_view email_key, std::string_view purpose) const;

  // The secret that refresh tokens are made with; its id goes into the token so that it can be changed.
  static constexpr std::uint16_t kNewestRefreshSecret = 1;
  Secret refresh_token(std::uint16_t secret_id) const;

 private:
  Secret master_;
  Secret device_token_;
  Secret signing_keys_;
  Secret outbox_;
  Secret link_token_;
  Secret codes_;
  Secret addresses_;
};

}  // namespace gatehouse::accounts
