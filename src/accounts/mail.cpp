#include "accounts/mail.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "base/crypto.hpp"

namespace gatehouse::accounts {

OutboxRow seal_mail(const Mail& mail, const Secrets& secrets, Time now, Random& random) {
  const MailId id = MailId::generate(now, random);
  const Secret plain(
      nlohmann::json{{"to", mail.to}, {"template", mail.template_name}, {"values", mail.values}}.dump());
  return {.id = id,
          .sealed = seal(secrets.outbox(), id.str(), plain.expose(), random),
          .created_at = now,
          .tries = 0};
}

Mail open_mail(const OutboxRow& row, const Secrets& secrets) {
  const std::optional<Secret> plain = open_sealed(secrets.outbox(), row.id.str(), row.sealed);
  if (!plain) throw std::runtime_error("the mail " + row.id.str() + " was stored under another master key");
  const nlohmann::json mail = nlohmann::json::parse(plain->expose());
  return {.to = mail.at("to"), .template_name = mail.at("template"), .values = mail.at("values")};
}

}  // namespace gatehouse::accounts
