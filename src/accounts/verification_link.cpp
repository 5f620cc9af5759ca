#include "accounts/verification_link.hpp"

#include "accounts/block_check.hpp"
#include "accounts/code_check.hpp"
#include "accounts/link_token.hpp"
#include "accounts/verification.hpp"

namespace gatehouse::accounts {
namespace {

struct Pending {
  Challenge challenge;
  Account account;
};

Result<Pending, Refusal> judge(const Ports& ports, Transaction& transaction, std::string_view token,
                               const std::optional<Challenge>& challenge) {
  if (!challenge || challenge->purpose != Purpose::kVerifyEmail || !challenge->account ||
      !is_authentic(token, *challenge, ports.secrets))
    return refuse(Error::kNotFound);
  std::optional<Account> account = transaction.accounts().find(*challenge->account);
  if (!account) return refuse(Error::kNotFound);
  if (challenge->used_at || account->email_verified_at) return refuse(Error::kChallengeUsed);
  if (const std::optional<Error> error = closed(*challenge, transaction.now())) return refuse(*error);
  return Pending{*challenge, std::move(*account)};
}

LinkOffer offer_of(const Account& account) {
  return {.username = account.username, .email = account.email};
}

// Runs `act` on what the link stands for, with the challenge's row locked.
template <typename Out, typename Act>
Result<Out, Refusal> use_link(Ports& ports, std::string_view token, const Origin& origin, Act&& act) {
  if (is_address_blocked(ports, origin.ip)) return refuse(Error::kAddressBlocked);
  const std::optional<ChallengeId> id = read_link_token(token);
  if (!id) return refuse(Error::kNotFound);
  return ports.database.transaction([&](Transaction& transaction) -> Result<Out, Refusal> {
    const Result<Pending, Refusal> pending =
        judge(ports, transaction, token, transaction.challenges().lock(*id));
    if (!pending) return Unexpected(pending.error());
    return act(transaction, *pending);
  });
}

}  // namespace

Result<LinkOffer, Refusal> read_link(Ports& ports, std::string_view token, const Origin& origin) {
  if (is_address_blocked(ports, origin.ip)) return refuse(Error::kAddressBlocked);
  const std::optional<ChallengeId> id = read_link_token(token);
  if (!id) return refuse(Error::kNotFound);
  return ports.database.read([&](Transaction& transaction) -> Result<LinkOffer, Refusal> {
    const Result<Pending, Refusal> pending =
        judge(ports, transaction, token, transaction.challenges().find(*id));
    if (!pending) return Unexpected(pending.error());
    return offer_of(pending->account);
  });
}

Result<LinkOffer, Refusal> confirm_link(Ports& ports, std::string_view token, const Origin& origin) {
  return use_link<LinkOffer>(
      ports, token, origin,
      [&](Transaction& transaction, const Pending& pending) -> Result<LinkOffer, Refusal> {
        const std::optional<Error> error = fulfil(transaction, pending.challenge);
        record_verification(transaction, pending.challenge, error, origin);
        if (error) return refuse(*error);
        return offer_of(pending.account);
      });
}

Result<void, Refusal> disown_link(Ports& ports, std::string_view token, const Origin& origin) {
  return use_link<void>(ports, token, origin,
                        [&](Transaction& transaction, const Pending& pending) -> Result<void, Refusal> {
                          if (!transaction.accounts().remove_unverified(pending.account.id))
                            return refuse(Error::kChallengeUsed);
                          transaction.events().record({.type = EventType::kVerify,
                                                       .outcome = Outcome::kRefused,
                                                       .reason = "not_me",
                                                       .account = pending.account.id,
                                                       .identifier = pending.account.username,
                                                       .origin = origin});
                          return {};
                        });
}

}  // namespace gatehouse::accounts
