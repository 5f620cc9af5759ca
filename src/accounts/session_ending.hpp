// What every end of a session has in common, whoever wants it: the row is closed, and a block stands until
// the last of its access tokens has expired.
#pragma once

#include <optional>
#include <string>

#include "accounts/ports.hpp"

namespace gatehouse::accounts {

// The session's device; none if it is not the account's or was over already. The event is the caller's, as is
// publishing the block after COMMIT (block_publishing.hpp). Takes the lock of the block's key before the
// row's.
std::optional<DeviceId> end_session(Ports& ports, Transaction& transaction, SessionId session,
                                    AccountId account, const std::string& reason,
                                    std::optional<AccountId> ended_by);

}  // namespace gatehouse::accounts
