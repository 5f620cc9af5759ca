#include "accounts/profile.hpp"

#include <utility>

namespace gatehouse::accounts {

Result<Profile, Refusal> get_account(Ports& ports, const Principal& principal) {
  std::optional<Account> account = ports.database.read(
      [&](Transaction& transaction) { return transaction.accounts().find(principal.account); });
  if (!account) return refuse(Error::kUnauthenticated);
  return Profile{.id = account->id,
                 .username = std::move(account->username),
                 .email = std::move(account->email),
                 .email_verified = account->email_verified_at.has_value(),
                 .roles = std::move(account->roles),
                 .last_login_at = account->last_login_at,
                 .last_login_ip = std::move(account->last_login_ip),
                 .last_login_device = account->last_login_device,
                 .last_logout_at = account->last_logout_at,
                 .login_count = account->login_count,
                 .attributes = std::move(account->attributes),
                 .created_at = account->created_at};
}

}  // namespace gatehouse::accounts
