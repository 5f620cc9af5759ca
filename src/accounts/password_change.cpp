#include "accounts/password_change.hpp"

#include "accounts/password_replacing.hpp"
#include "accounts/session_ending.hpp"

namespace gatehouse::accounts {
namespace {

constexpr const char* kReason = "password_change";

Event event_of(const Principal& principal, const Origin& origin, Outcome outcome, std::string_view reason) {
  return {.type = EventType::kPasswordChange,
          .outcome = outcome,
          .reason = std::string(reason),
          .account = principal.account,
          .session = principal.session,
          .device = principal.device,
          .token_id = principal.token_id,
          .origin = origin};
}

// Committed before the password is compared, so that tries in parallel count like those in a row.
std::optional<Refusal> take_try(Ports& ports, const Principal& principal, const Origin& origin) {
  return ports.database.transaction([&](Transaction& transaction) -> std::optional<Refusal> {
    const Time now = transaction.now();
    PasswordTries& tries = transaction.password_tries();
    if (tries.take(principal.account, kPasswordTries, now - kPasswordTryWindow, now)) return std::nullopt;
    transaction.events().record(
        event_of(principal, origin, Outcome::kRefused, code(Error::kTooManyAttempts)));
    const Duration wait = tries.first(principal.account) + kPasswordTryWindow - now;
    return Refusal{.error = Error::kTooManyAttempts,
                   .retry_after = std::chrono::ceil<std::chrono::seconds>(wait)};
  });
}

Unexpected<Refusal> refuse_busy(Ports& ports, const Principal& principal) {
  ports.database.transaction(
      [&](Transaction& transaction) { transaction.password_tries().give_back(principal.account); });
  return busy();
}

std::optional<Refusal> refuse_wrong_password(Ports& ports, const Principal& principal, const Origin& origin) {
  ports.database.transaction([&](Transaction& transaction) {
    transaction.events().record(event_of(principal, origin, Outcome::kRefused, code(Error::kWrongPassword)));
  });
  return Refusal{.error = Error::kWrongPassword};
}

// Whether what the password was compared with still holds.
bool still_stands(Transaction& transaction, const Principal& principal, const Account& before,
                  const std::optional<Account>& now) {
  if (!now || now->auth_version != before.auth_version || now->disabled_at) return false;
  const std::optional<Standing> standing =
      transaction.sessions().standing(principal.session, principal.account, principal.device)();
  return standing && standing->session_live;
}

Result<std::vector<SessionId>, Refusal> replace(Ports& ports, Transaction& transaction,
                                                const Principal& principal, const Account& before,
                                                const std::string& password_hash, const Origin& origin) {
  const std::optional<Account> account = transaction.accounts().lock(principal.account);
  if (!still_stands(transaction, principal, before, account)) {
    transaction.events().record(event_of(principal, origin, Outcome::kRefused, "account_changed"));
    return Unexpected(Refusal{.error = Error::kUnauthenticated, .detail = "session_ended"});
  }
  transaction.events().record(event_of(principal, origin, Outcome::kOk, ""));
  return replace_password(ports, transaction, *account, password_hash, kReason, principal.session, origin);
}

}  // namespace

Result<Enforcement, Refusal> change_password(Ports& ports, const Principal& principal,
                                             const PasswordChange& change, const Origin& origin) {
  const std::optional<Account> account = ports.database.read(
      [&](Transaction& transaction) { return transaction.accounts().find(principal.account); });
  if (!account) return refuse(Error::kUnauthenticated);
  if (auto refusal = refuse_new_password(change.fresh, account->username, account->email))
    return Unexpected(std::move(*refusal));

  if (auto refusal = take_try(ports, principal, origin)) return Unexpected(std::move(*refusal));
  const Result<bool, Busy> right = ports.passwords.verify(account->password_hash, change.current);
  if (!right) return refuse_busy(ports, principal);
  if (!*right) return Unexpected(*refuse_wrong_password(ports, principal, origin));
  const Result<std::string, Busy> hash = ports.passwords.hash(change.fresh);
  if (!hash) return refuse_busy(ports, principal);

  const auto ended = ports.database.transaction([&](Transaction& transaction) {
    return replace(ports, transaction, principal, *account, *hash, origin);
  });
  if (!ended) return Unexpected(ended.error());
  ports.mail.wake();
  return publish_endings(ports, *ended);
}

}  // namespace gatehouse::accounts
