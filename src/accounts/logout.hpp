// Ends a session: its access tokens are refused at the gates at once, its refresh token works no more.
#pragma once

#include "accounts/enforcement.hpp"
#include "accounts/origin.hpp"
#include "accounts/ports.hpp"
#include "accounts/principal.hpp"
#include "accounts/refusal.hpp"

namespace gatehouse::accounts {

// kNotFound if it is not the principal's or has ended.
Result<Enforcement, Refusal> log_out(Ports& ports, const Principal& principal, SessionId session,
                                     const Origin& origin);

}  // namespace gatehouse::accounts
