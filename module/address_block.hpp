// Whether a client is blocked by its address, alone or in a network.
#pragma once

#include <optional>

#include "base/ip.hpp"
#include "module/shared.hpp"
#include "module/status.hpp"

namespace gatehouse::gate {

// kIpBlocked, or kBlockPending if it cannot be known at present; nothing for others and for a client without
// an address.
std::optional<Verdict> check_address(const std::optional<IpAddress>& client, Shared& shared, Monotonic now);

}  // namespace gatehouse::gate
