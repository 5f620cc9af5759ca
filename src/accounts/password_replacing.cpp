#include "accounts/password_replacing.hpp"

#include "accounts/password_rule.hpp"
#include "accounts/session_ending.hpp"

namespace gatehouse::accounts {

std::optional<Refusal> refuse_new_password(const Secret& password, const std::string& username,
                                           const std::string& email) {
  std::optional<Fault> fault = password_fault(password, username, email);
  if (!fault) return std::nullopt;
  fault->member = "new_password";
  return Refusal{.error = Error::kInvalidInput, .faults = {std::move(*fault)}};
}

std::vector<SessionId> replace_password(Ports& ports, Transaction& transaction, const Account& account,
                                        const std::string& password_hash, const std::string& reason,
                                        std::optional<SessionId> kept, const Origin& origin) {
  const Time now = transaction.now();
  transaction.accounts().set_password(account.id, password_hash, now);
  transaction.password_tries().forget(account.id);
  transaction.challenges().close_all(account.id, Purpose::kResetPassword, now);
  transaction.outbox().insert(
      seal_mail({.to = account.email,
                 .template_name = "password_changed",
                 .values = {{"username", account.username}, {"time", rfc5322_date(now)}, {"ip", origin.ip}}},
                ports.secrets, now, ports.random));
  return end_sessions(ports, transaction, account.id, kept, reason);
}

}  // namespace gatehouse::accounts
