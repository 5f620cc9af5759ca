#include "accounts/challenge_sending.hpp"

#include <utility>
#include <vector>

#include "accounts/block_check.hpp"
#include "accounts/identifiers.hpp"
#include "accounts/verification_code.hpp"
#include "accounts/verification_mail.hpp"

namespace gatehouse::accounts {
namespace {

std::string address_mac(const Ports& ports, const std::string& key) {
  return ports.secrets.address_mac(key, name(Purpose::kVerifyEmail));
}

// Counts one code more for the address, or says why there is none.
std::optional<Refusal> spend(Ports& ports, Transaction& transaction, const std::string& address_mac) {
  MailBudget budget(transaction.mail_counts(), address_mac, ports.rules, transaction.now());
  std::optional<Refusal> refusal = budget.refusal(Pace::kSlow);
  if (!refusal) budget.spend();
  return refusal;
}

std::optional<Addressee> addressee(const std::optional<Account>& account) {
  if (!account) return std::nullopt;
  return Addressee{.username = account->username, .email = account->email};
}

template <typename T>
void record(Transaction& transaction, std::optional<AccountId> account, const Result<T, Refusal>& out,
            const Origin& origin) {
  transaction.events().record({.type = EventType::kChallenge,
                               .outcome = out ? Outcome::kOk : Outcome::kRefused,
                               .reason = std::string(out ? "" : code(out.error().error)),
                               .account = account,
                               .origin = origin});
}

// Precondition: the challenge's row is locked. One that is done answers like a decoy: who asks is not to
// learn that somebody has confirmed the address.
Result<void, Refusal> send_again(Ports& ports, Transaction& transaction, const Challenge& challenge) {
  const auto account = challenge.account ? transaction.accounts().find(*challenge.account) : std::nullopt;
  const bool done = challenge.used_at || (account && account->email_verified_at);
  if (std::optional<Refusal> refusal =
          spend(ports, transaction,
                account ? address_mac(ports, email_key(account->email).value()) : challenge.address_mac))
    return Unexpected(std::move(*refusal));
  const VerificationCode renewed = renew_code(challenge, transaction.now(), ports);
  transaction.challenges().renew(renewed.challenge);
  send_verification_mail(ports, transaction, done ? std::nullopt : addressee(account), renewed);
  return {};
}

// The account that is meant. Where several claim the address nobody guesses: a code would confirm it for whom
// its owner has not asked for.
std::optional<Account> claimant(Transaction& transaction, const std::string& key,
                                const std::optional<std::string>& username) {
  if (transaction.accounts().find_by_verified_email(key)) return std::nullopt;
  std::vector<Account> claimants = transaction.accounts().find_claimants(key);
  if (username)
    std::erase_if(claimants, [wanted = username_key(*username)](const Account& account) {
      return username_key(account.username) != wanted;
    });
  if (claimants.size() != 1) return std::nullopt;
  return std::move(claimants.front());
}

Result<ChallengeId, Refusal> start(Ports& ports, Transaction& transaction, const std::string& key,
                                   const std::optional<Account>& unconfirmed) {
  const std::string mac = address_mac(ports, key);
  if (std::optional<Refusal> refusal = spend(ports, transaction, mac)) return Unexpected(std::move(*refusal));
  VerificationCode issued = issue_code(unconfirmed ? std::optional(unconfirmed->id) : std::nullopt,
                                       Purpose::kVerifyEmail, transaction.now(), ports);
  if (!unconfirmed) issued.challenge.address_mac = mac;
  transaction.challenges().insert(issued.challenge);
  send_verification_mail(ports, transaction, addressee(unconfirmed), issued);
  return issued.challenge.id;
}

}  // namespace

Result<void, Refusal> resend_challenge(Ports& ports, ChallengeId id, const Origin& origin) {
  if (is_address_blocked(ports, origin.ip)) return refuse(Error::kAddressBlocked);
  auto sent = ports.database.transaction([&](Transaction& transaction) -> Result<void, Refusal> {
    const std::optional<Challenge> challenge = transaction.challenges().lock(id);
    if (!challenge || challenge->purpose != Purpose::kVerifyEmail) return refuse(Error::kNotFound);
    Result<void, Refusal> out = send_again(ports, transaction, *challenge);
    record(transaction, challenge->account, out, origin);
    return out;
  });
  if (sent) ports.mail.wake();
  return sent;
}

Result<ChallengeId, Refusal> start_email_challenge(Ports& ports, const std::string& email,
                                                   const std::optional<std::string>& username,
                                                   const Origin& origin) {
  const std::optional<std::string> key = email_key(email);
  if (!key)
    return Unexpected(Refusal{
        .error = Error::kInvalidInput,
        .faults = {
            {.member = "identifier", .code = "invalid_email", .detail = "This is no email address."}}});
  if (is_address_blocked(ports, origin.ip)) return refuse(Error::kAddressBlocked);
  auto started = ports.database.transaction([&](Transaction& transaction) {
    const std::optional<Account> account = claimant(transaction, *key, username);
    Result<ChallengeId, Refusal> out = start(ports, transaction, *key, account);
    record(transaction, account ? std::optional(account->id) : std::nullopt, out, origin);
    return out;
  });
  if (started) ports.mail.wake();
  return started;
}

}  // namespace gatehouse::accounts
