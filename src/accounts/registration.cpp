#include "accounts/registration.hpp"

#include <utility>

#include "accounts/block_check.hpp"
#include "accounts/identifiers.hpp"
#include "accounts/password_rule.hpp"
#include "accounts/verification_code.hpp"
#include "accounts/verification_mail.hpp"

namespace gatehouse::accounts {
namespace {

Unexpected<Refusal> refuse_registration(Transaction& transaction, Event event, Refusal refusal) {
  event.outcome = Outcome::kRefused;
  event.reason = code(refusal.error);
  transaction.events().record(event);
  return Unexpected(std::move(refusal));
}

Result<Registered, Refusal> open_account(Ports& ports, Transaction& transaction,
                                         const Registration& registration, const std::string& password_hash,
                                         const Origin& origin) {
  const Time now = transaction.now();
  const NewAccount account{.id = AccountId::generate(now, ports.random),
                           .username = registration.username,
                           .username_key = username_key(registration.username).value(),
                           .email = registration.email,
                           .email_key = email_key(registration.email).value(),
                           .password_hash = password_hash,
                           .created_at = now};
  Event event{.type = EventType::kRegister, .identifier = registration.username, .origin = origin};
  MailBudget budget(transaction.mail_counts(),
                    ports.secrets.address_mac(account.email_key, name(Purpose::kVerifyEmail)), ports.rules,
                    now);
  if (std::optional<Refusal> refusal = budget.refusal(Pace::kAny))
    return refuse_registration(transaction, std::move(event), std::move(*refusal));
  transaction.accounts().release_username(account.username_key, now - ports.rules.username_reservation);
  if (!transaction.accounts().insert(account))
    return refuse_registration(transaction, std::move(event), {.error = Error::kUsernameTaken});

  const VerificationCode issued = issue_code(account.id, Purpose::kVerifyEmail, now, ports);
  transaction.challenges().insert(issued.challenge);
  budget.spend();
  const Recipient recipient = send_verification_mail(
      ports, transaction, Addressee{.username = account.username, .email = account.email}, issued);
  event.account = account.id;
  if (recipient == Recipient::kOwner) event.reason = code(Error::kEmailTaken);
  transaction.events().record(event);
  return Registered{.challenge = issued.challenge.id};
}

Unexpected<Refusal> refuse_address(Ports& ports, const Registration& registration, const Origin& origin) {
  ports.database.transaction([&](Transaction& transaction) {
    transaction.events().record({.type = EventType::kRegister,
                                 .outcome = Outcome::kRefused,
                                 .reason = std::string(code(Error::kAddressBlocked)),
                                 .identifier = registration.username,
                                 .origin = origin});
  });
  return refuse(Error::kAddressBlocked);
}

}  // namespace

std::vector<Fault> faults_of(const Registration& registration) {
  std::vector<Fault> faults;
  if (!username_key(registration.username))
    faults.push_back({.member = "username",
                      .code = "invalid_username",
                      .detail =
                          "A username has 3 to 32 letters (a-z), digits, dots, underscores or hyphens and "
                          "starts and ends with a letter or digit."});
  if (!email_key(registration.email))
    faults.push_back({.member = "email", .code = "invalid_email", .detail = "This is no email address."});
  if (std::optional<Fault> fault =
          password_fault(registration.password, registration.username, registration.email))
    faults.push_back(std::move(*fault));
  return faults;
}

Result<Registered, Refusal> register_account(Ports& ports, const Registration& registration,
                                             const Origin& origin) {
  if (std::vector<Fault> faults = faults_of(registration); !faults.empty())
    return Unexpected(Refusal{.error = Error::kInvalidInput, .faults = std::move(faults)});
  if (is_address_blocked(ports, origin.ip)) return refuse_address(ports, registration, origin);
  const Result<std::string, Busy> hash = ports.passwords.hash(registration.password);
  if (!hash) return busy();
  Result<Registered, Refusal> registered = ports.database.transaction([&](Transaction& transaction) {
    return open_account(ports, transaction, registration, *hash, origin);
  });
  if (registered) ports.mail.wake();
  return registered;
}

}  // namespace gatehouse::accounts
