#include "accounts/password_reset.hpp"

#include "accounts/account_lookup.hpp"
#include "accounts/block_check.hpp"
#include "accounts/code_check.hpp"
#include "accounts/identifiers.hpp"
#include "accounts/password_replacing.hpp"
#include "accounts/session_ending.hpp"
#include "accounts/verification_code.hpp"

namespace gatehouse::accounts {
namespace {

constexpr const char* kReason = "password_reset";

// Why no code is sent; empty if one is. An identifier without an account is counted like an address.
std::string_view obstacle(Ports& ports, Transaction& transaction, const std::string& identifier,
                          const std::optional<Account>& account) {
  const std::string address = account ? email_key(account->email).value() : identifier;
  MailBudget budget(transaction.mail_counts(),
                    ports.secrets.address_mac(address, name(Purpose::kResetPassword)), ports.rules,
                    transaction.now());
  const std::optional<Refusal> capped = budget.refusal(Pace::kAny);
  if (!capped) budget.spend();
  if (!account) return "unknown_account";
  if (account->disabled_at) return "account_disabled";
  return capped ? code(capped->error) : "";
}

Mail mail_for(const std::optional<Account>& recipient, const VerificationCode& issued) {
  return {.to = recipient ? recipient->email : "",
          .template_name = "reset_password",
          .values = {{"username", recipient ? recipient->username : ""},
                     {"code", issued.code},
                     {"until", rfc5322_date(issued.challenge.expires_at)}}};
}

Event event_of(Outcome outcome, std::string_view reason, std::optional<AccountId> account,
               const Origin& origin) {
  return {.type = EventType::kPasswordReset,
          .outcome = outcome,
          .reason = std::string(reason),
          .account = account,
          .origin = origin};
}

// The account whose password the code may replace. Nothing is used up by a right one: the new password may
// still be refused.
Result<Account, Refusal> prove(Ports& ports, ChallengeId id, const std::string& code, const Origin& origin) {
  return ports.database.transaction([&](Transaction& transaction) -> Result<Account, Refusal> {
    const std::optional<Challenge> challenge = transaction.challenges().lock(id);
    if (!challenge || challenge->purpose != Purpose::kResetPassword) return refuse(Error::kNotFound);
    if (const std::optional<Error> error = check_code(ports, transaction, *challenge, code)) {
      transaction.events().record(
          event_of(Outcome::kRefused, accounts::code(*error), challenge->account, origin));
      return refuse(*error);
    }
    return transaction.accounts().find(challenge->account.value()).value();
  });
}

// What has changed since the code was compared counts: another use of it, or of a later one.
std::optional<Error> objection(const std::optional<Challenge>& challenge,
                               const std::optional<Account>& account, Time now) {
  if (!challenge || !account || account->disabled_at) return Error::kInvalidCode;
  return closed(*challenge, now);
}

Result<std::vector<SessionId>, Refusal> replace(Ports& ports, Transaction& transaction, ChallengeId id,
                                                AccountId owner, const std::string& password_hash,
                                                const Origin& origin) {
  transaction.accounts().lock_address(owner);
  const std::optional<Account> account = transaction.accounts().lock(owner);
  const std::optional<Challenge> challenge = transaction.challenges().lock(id);
  if (const std::optional<Error> error = objection(challenge, account, transaction.now())) {
    transaction.events().record(event_of(Outcome::kRefused, code(*error), owner, origin));
    return refuse(*error);
  }
  if (!account->email_verified_at) transaction.accounts().verify_email(owner, transaction.now());
  transaction.events().record(event_of(Outcome::kOk, "", owner, origin));
  return replace_password(ports, transaction, *account, password_hash, kReason, std::nullopt, origin);
}

}  // namespace

Result<ChallengeId, Refusal> start_reset(Ports& ports, const std::string& identifier, const Origin& origin) {
  if (is_address_blocked(ports, origin.ip)) return refuse(Error::kAddressBlocked);
  const ChallengeId id = ports.database.transaction([&](Transaction& transaction) {
    const std::optional<Account> account = find_account(transaction, identifier);
    const std::string_view reason = obstacle(ports, transaction, identifier, account);
    const std::optional<Account> recipient = reason.empty() ? account : std::nullopt;
    const Time now = transaction.now();
    const VerificationCode issued = issue_code(recipient ? std::optional(recipient->id) : std::nullopt,
                                               Purpose::kResetPassword, now, ports);
    transaction.challenges().insert(issued.challenge);
    transaction.outbox().insert(seal_mail(mail_for(recipient, issued), ports.secrets, now, ports.random));
    Event event = event_of(recipient ? Outcome::kOk : Outcome::kRefused, recipient ? "requested" : reason,
                           account ? std::optional(account->id) : std::nullopt, origin);
    event.identifier = identifier;
    transaction.events().record(event);
    return issued.challenge.id;
  });
  ports.mail.wake();
  return id;
}

Result<Enforcement, Refusal> finish_reset(Ports& ports, ChallengeId challenge, const PasswordReset& reset,
                                          const Origin& origin) {
  if (is_address_blocked(ports, origin.ip)) return refuse(Error::kAddressBlocked);
  if (auto refusal = refuse_new_password(reset.fresh, "", "")) return Unexpected(std::move(*refusal));
  const Result<Account, Refusal> account = prove(ports, challenge, reset.code, origin);
  if (!account) return Unexpected(account.error());
  if (auto refusal = refuse_new_password(reset.fresh, account->username, account->email))
    return Unexpected(std::move(*refusal));
  const Result<std::string, Busy> hash = ports.passwords.hash(reset.fresh);
  if (!hash) return busy();

  const auto ended = ports.database.transaction([&](Transaction& transaction) {
    return replace(ports, transaction, challenge, account->id, *hash, origin);
  });
  if (!ended) return Unexpected(ended.error());
  ports.mail.wake();
  return publish_endings(ports, *ended);
}

}  // namespace gatehouse::accounts
