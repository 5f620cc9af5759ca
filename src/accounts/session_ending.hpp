// What every end of a session has in common, whoever wants it: the row is closed, and a block stands until
// the last of its access tokens has expired.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "accounts/enforcement.hpp"
#include "accounts/ports.hpp"

namespace gatehouse::accounts {

// The session's device; none if it is not the account's or was over already. The event is the caller's, as is
// publishing the block after COMMIT (block_publishing.hpp). Takes the lock of the block's key before the
// row's.
std::optional<DeviceId> end_session(Ports& ports, Transaction& transaction, SessionId session,
                                    AccountId account, const std::string& reason,
                                    std::optional<AccountId> ended_by);

// The same for all sessions of the account but `kept`, ended by their owner. Precondition: the account's row
// is locked, so that no login adds one meanwhile.
std::vector<SessionId> end_sessions(Ports& ports, Transaction& transaction, AccountId account,
                                    std::optional<SessionId> kept, const std::string& reason);

// After COMMIT.
Enforcement publish_endings(Ports& ports, const std::vector<SessionId>& ended);

}  // namespace gatehouse::accounts
