// An account's sessions as their owner sees and ends them. The access tokens of one that was ended are
// refused at the gates at once, its refresh token works no more.
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

enum class LogoutScope {
  kOthers,  // all sessions but that of the caller
  kAll,
};

// In one transaction. None to end is no error.
Enforcement log_out(Ports& ports, const Principal& principal, LogoutScope scope, const Origin& origin);

struct SessionPage {
  std::vector<SessionEntry> sessions;
  std::optional<SessionPlace> next;  // where the next page begins; none: this was the last
};

// The principal's sessions, the live ones first, then the newest login first; at most `limit` of them. One
// that ends between two pages may come twice.
SessionPage list_sessions(Ports& ports, const Principal& principal, const std::optional<SessionPlace>& after,
                          int limit);

}  // namespace gatehouse::accounts
