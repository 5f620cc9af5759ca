// An owner blocks a device of theirs, or lets it in again.
#pragma once

#include <string>

#include "accounts/enforcement.hpp"
#include "accounts/origin.hpp"
#include "accounts/ports.hpp"
#include "accounts/principal.hpp"
#include "accounts/refusal.hpp"

namespace gatehouse::accounts {

// kNotFound if it is not the principal's device. `reason` may be empty. A device that is blocked stays as it
// is, but a block that an administrator has set for a time loses its end.
Result<Enforcement, Refusal> block_device(Ports& ports, const Principal& principal, DeviceId device,
                                          const std::string& reason, const Origin& origin);

// kNotFound if it is not the principal's device, kBlockedByAdmin. A device that is not blocked is no error.
Result<Enforcement, Refusal> unblock_device(Ports& ports, const Principal& principal, DeviceId device,
                                            const Origin& origin);

}  // namespace gatehouse::accounts
