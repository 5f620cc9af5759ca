#include "accounts/code_check.hpp"

#include "base/crypto.hpp"

namespace gatehouse::accounts {

std::optional<Error> closed(const Challenge& challenge, Time now) {
  if (challenge.used_at) return Error::kInvalidCode;
  if (now >= challenge.expires_at) return Error::kChallengeExpired;
  if (challenge.tries_left == 0) return Error::kTooManyTries;
  return std::nullopt;
}

std::optional<Error> check_code(Ports& ports, Transaction& transaction, const Challenge& challenge,
                                const std::string& code) {
  if (const std::optional<Error> error = closed(challenge, transaction.now())) return error;
  const bool right = equal_in_constant_time(ports.secrets.code_mac(challenge.id, code), challenge.code_mac);
  // The code of a decoy was sent to nobody: who has it has guessed it.
  if (right && challenge.account) return std::nullopt;
  transaction.challenges().take_try(challenge.id);
  return Error::kInvalidCode;
}

}  // namespace gatehouse::accounts
