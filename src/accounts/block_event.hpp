// What the log says of a block that somebody other than the owner has set or lifted.
#pragma once

#include <string>

#include "accounts/block.hpp"
#include "accounts/event.hpp"

namespace gatehouse::accounts {

// `type` is kBlock or kUnblock; the key's subject becomes the event's account, session, device or token.
Event block_event(EventType type, const BlockKey& key, const std::string& reason);

}  // namespace gatehouse::accounts
