// A code that was sent to an address and must come back.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "accounts/ids.hpp"
#include "base/time.hpp"

namespace gatehouse::accounts {

enum class Purpose { kVerifyEmail, kResetPassword };

// "verify_email"
std::string_view name(Purpose purpose);
std::optional<Purpose> parse_purpose(std::string_view name);

struct Challenge {
  ChallengeId id;
  std::optional<AccountId> account;  // none: a decoy, whose code was sent to nobody
  Purpose purpose;
  std::string address_mac{};  // of the address that a decoy was asked for; see secrets.hpp
  std::string code_mac;       // of the code; see secrets.hpp
  int tries_left;
  Time created_at;
  Time expires_at;
  std::optional<Time> used_at;
};

class Challenges {
 public:
  virtual ~Challenges() = default;

  virtual void insert(const Challenge& challenge) = 0;
  virtual std::optional<Challenge> find(ChallengeId id) = 0;
  // Locks the row until the transaction ends, so that tries are counted one after the other.
  virtual std::optional<Challenge> lock(ChallengeId id) = 0;
  // Code, tries and end become those of `challenge`.
  virtual void renew(const Challenge& challenge) = 0;
  virtual void take_try(ChallengeId id) = 0;
  virtual void mark_used(ChallengeId id, Time now) = 0;
  // Marks all challenges of the account that have the purpose as used.
  virtual void close_all(AccountId account, Purpose purpose, Time now) = 0;
};

}  // namespace gatehouse::accounts
