// What every new password has in common, whoever sets it: sessions end, logins that are under way fail, codes
// that would set another one are worthless, and the owner is told.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "accounts/ports.hpp"
#include "accounts/refusal.hpp"
#include "base/secret.hpp"

namespace gatehouse::accounts {

// kInvalidInput with what is wrong with a new password (member "new_password").
std::optional<Refusal> refuse_new_password(const Secret& password, const std::string& username,
                                           const std::string& email);

// The sessions that were ended, which is all of them but `kept`: for publish_endings() after COMMIT. The
// event is the caller's, as is waking the mails. Precondition: the account's row is locked.
std::vector<SessionId> replace_password(Ports& ports, Transaction& transaction, const Account& account,
                                        const std::string& password_hash, const std::string& reason,
                                        std::optional<SessionId> kept, const Origin& origin);

}  // namespace gatehouse::accounts
