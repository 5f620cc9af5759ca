// The account that somebody means who is not logged in.
#pragma once

#include <optional>
#include <string>

#include "accounts/ports.hpp"

namespace gatehouse::accounts {

// `identifier` is as typed: with "@" an email address, else a username.
std::optional<Account> find_account(Transaction& transaction, const std::string& identifier);

}  // namespace gatehouse::accounts
