#include "accounts/verification.hpp"

#include "accounts/block_check.hpp"
#include "accounts/code_check.hpp"

namespace gatehouse::accounts {
namespace {

// Precondition: the challenge's row is locked.
std::optional<Error> answer(Ports& ports, Transaction& transaction, const Challenge& challenge,
                            const std::string& code) {
  if (const std::optional<Error> error = check_code(ports, transaction, challenge, code)) return error;
  return fulfil(transaction, challenge);
}

}  // namespace

std::optional<Error> fulfil(Transaction& transaction, const Challenge& challenge) {
  const Time now = transaction.now();
  transaction.challenges().mark_used(challenge.id, now);
  if (!transaction.accounts().verify_email(challenge.account.value(), now)) return Error::kEmailTaken;
  return std::nullopt;
}

void record_verification(Transaction& transaction, const Challenge& challenge, std::optional<Error> error,
                         const Origin& origin) {
  transaction.events().record({.type = EventType::kVerify,
                               .outcome = error ? Outcome::kRefused : Outcome::kOk,
                               .reason = std::string(error ? code(*error) : ""),
                               .account = challenge.account,
                               .origin = origin});
}

Result<Verified, Refusal> verify_challenge(Ports& ports, ChallengeId id, const std::string& code,
                                           const Origin& origin) {
  if (is_address_blocked(ports, origin.ip)) return refuse(Error::kAddressBlocked);
  return ports.database.transaction([&](Transaction& transaction) -> Result<Verified, Refusal> {
    const std::optional<Challenge> challenge = transaction.challenges().lock(id);
    if (!challenge || challenge->purpose != Purpose::kVerifyEmail) return refuse(Error::kNotFound);
    const std::optional<Error> error = answer(ports, transaction, *challenge, code);
    record_verification(transaction, *challenge, error, origin);
    if (error) return refuse(*error);
    return Verified{.purpose = challenge->purpose,
                    .username = transaction.accounts().find(challenge->account.value()).value().username};
  });
}

}  // namespace gatehouse::accounts
