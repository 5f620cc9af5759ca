#include "accounts/verification.hpp"

#include "base/crypto.hpp"

namespace gatehouse::accounts {
namespace {

// Why the challenge takes no code any more.
std::optional<Error> closed(const Challenge& challenge, Time now) {
  if (challenge.used_at) return Error::kInvalidCode;
  if (now >= challenge.expires_at) return Error::kChallengeExpired;
  if (challenge.tries_left == 0) return Error::kTooManyTries;
  return std::nullopt;
}

// Precondition: the challenge's row is locked.
std::optional<Error> answer(Ports& ports, Transaction& transaction, const Challenge& challenge,
                            const std::string& code) {
  const Time now = transaction.now();
  if (const std::optional<Error> error = closed(challenge, now)) return error;
  if (!equal_in_constant_time(ports.secrets.code_mac(challenge.id, code), challenge.code_mac)) {
    transaction.challenges().take_try(challenge.id);
    return Error::kInvalidCode;
  }
  transaction.challenges().mark_used(challenge.id, now);
  if (!transaction.accounts().verify_email(challenge.account, now)) return Error::kEmailTaken;
  return std::nullopt;
}

}  // namespace

Result<Verified, Refusal> verify_challenge(Ports& ports, ChallengeId id, const std::string& code,
                                           const Origin& origin) {
  return ports.database.transaction([&](Transaction& transaction) -> Result<Verified, Refusal> {
    const std::optional<Challenge> challenge = transaction.challenges().lock(id);
    if (!challenge) return refuse(Error::kNotFound);
    const std::optional<Error> error = answer(ports, transaction, *challenge, code);
    transaction.events().record({.type = EventType::kVerify,
                                 .outcome = error ? Outcome::kRefused : Outcome::kOk,
                                 .reason = std::string(error ? accounts::code(*error) : ""),
                                 .account = challenge->account,
                                 .origin = origin});
    if (error) return refuse(*error);
    return Verified{.purpose = challenge->purpose};
  });
}

}  // namespace gatehouse::accounts
