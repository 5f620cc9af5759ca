#include "accounts/code_check.hpp"

#include "base/crypto.hpp"

namespace gatehouse::accounts {
namespace {

// The same for every challenge, whatever it is worth.
std::optional<Error> over(const Challenge& challenge, Time now) {
  if (now >= challenge.expires_at) return Error::kChallengeExpired;
  if (challenge.tries_left == 0) return Error::kTooManyTries;
  return std::nullopt;
}

}  // namespace

std::optional<Error> closed(const Challenge& challenge, Time now) {
  if (const std::optional<Error> error = over(challenge, now)) return error;
  if (challenge.used_at) return Error::kInvalidCode;
  return std::nullopt;
}

std::optional<Error> check_code(Ports& ports, Transaction& transaction, const Challenge& challenge,
                                const std::string& code) {
  if (const std::optional<Error> error = over(challenge, transaction.now())) return error;
  const bool right = equal_in_constant_time(ports.secrets.code_mac(challenge.id, code), challenge.code_mac);
  // The code of a decoy was sent to nobody: who has it has guessed it. A used one costs a try like any other,
  // or the count would tell the two apart.
  if (right && challenge.account && !challenge.used_at) return std::nullopt;
  transaction.challenges().take_try(challenge.id);
  return Error::kInvalidCode;
}

}  // namespace gatehouse::accounts
