#include "accounts/verification_mail.hpp"

#include "accounts/identifiers.hpp"
#include "accounts/link_token.hpp"

namespace gatehouse::accounts {
namespace {

// Never by the request's Host, which is whatever the client says.
std::string link_of(const Challenge& challenge, const Ports& ports) {
  return ports.rules.public_url + "/auth/v1/verify-email/" +
         std::string(make_link_token(challenge, ports.secrets).expose());
}

Mail mail_of(const Addressee& addressee, const VerificationCode& issued, const Ports& ports) {
  return {.to = addressee.email,
          .template_name = "verify_email",
          .values = {{"username", addressee.username},
                     {"code", issued.code},
                     {"link", link_of(issued.challenge, ports)},
                     {"lifetime", in_words(ports.rules.challenge_life)}}};
}

Mail mail_to_owner(const Account& owner) {
  return {.to = owner.email, .template_name = "already_registered", .values = {{"username", owner.username}}};
}

}  // namespace

Recipient send_verification_mail(Ports& ports, Transaction& transaction,
                                 const std::optional<Addressee>& addressee, const VerificationCode& issued) {
  const std::string key = addressee ? email_key(addressee->email).value() : "";
  const std::optional<Account> owner = transaction.accounts().find_by_verified_email(key);
  const Mail mail = owner ? mail_to_owner(*owner) : mail_of(addressee.value_or(Addressee{}), issued, ports);
  transaction.outbox().insert(seal_mail(mail, ports.secrets, transaction.now(), ports.random));
  if (owner) return Recipient::kOwner;
  return addressee ? Recipient::kAddressee : Recipient::kNobody;
}

}  // namespace gatehouse::accounts
