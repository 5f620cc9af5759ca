#include "accounts/account_lookup.hpp"

#include "accounts/identifiers.hpp"

namespace gatehouse::accounts {

std::optional<Account> find_account(Transaction& transaction, const std::string& identifier) {
  if (identifier.find('@') != std::string::npos) {
    const std::optional<std::string> key = email_key(identifier);
    return key ? transaction.accounts().find_by_email(*key) : std::nullopt;
  }
  const std::optional<std::string> key = username_key(identifier);
  return key ? transaction.accounts().find_by_username(*key) : std::nullopt;
}

}  // namespace gatehouse::accounts
