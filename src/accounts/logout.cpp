#include "accounts/logout.hpp"

#include "accounts/block_publishing.hpp"
#include "accounts/session_ending.hpp"

namespace gatehouse::accounts {
namespace {

constexpr const char* kReason = "logout";

// False if there is no such session to end. The account's row is locked before, as by a login and a new
// password: whoever touches it and sessions takes it first.
bool end_as_logout(Ports& ports, Transaction& transaction, const Principal& principal, SessionId session,
                   const Origin& origin) {
  const std::optional<DeviceId> device =
      end_session(ports, transaction, session, principal.account, kReason, principal.account);
  if (!device) return false;
  transaction.devices().note_logout(*device, transaction.now());
  transaction.accounts().note_logout(principal.account, transaction.now());
  transaction.events().record({.type = EventType::kLogout,
                               .account = principal.account,
                               .session = session,
                               .device = device,
                               .token_id = principal.token_id,
                               .origin = origin});
  return true;
}

}  // namespace

Result<Enforcement, Refusal> log_out(Ports& ports, const Principal& principal, SessionId session,
                                     const Origin& origin) {
  const bool ended = ports.database.transaction([&](Transaction& transaction) {
    transaction.accounts().lock(principal.account);
    return end_as_logout(ports, transaction, principal, session, origin);
  });
  if (!ended) return refuse(Error::kNotFound);
  return publish_block(ports.database, ports.live, block_key(session));
}

Enforcement log_out(Ports& ports, const Principal& principal, LogoutScope scope, const Origin& origin) {
  const std::vector<SessionId> ended = ports.database.transaction([&](Transaction& transaction) {
    transaction.accounts().lock(principal.account);
    std::vector<SessionId> sessions = transaction.sessions().not_ended(principal.account);
    std::erase_if(sessions, [&](SessionId session) {
      return (scope == LogoutScope::kOthers && session == principal.session) ||
             !end_as_logout(ports, transaction, principal, session, origin);
    });
    return sessions;
  });
  return publish_endings(ports, ended);
}

SessionPage list_sessions(Ports& ports, const Principal& principal, const std::optional<SessionPlace>& after,
                          int limit) {
  SessionPage page{.sessions = ports.database.read([&](Transaction& transaction) {
                     return transaction.sessions().of(principal.account, after, limit + 1);
                   }),
                   .next = std::nullopt};
  if (page.sessions.size() > static_cast<std::size_t>(limit)) {
    page.sessions.pop_back();
    page.next = SessionPlace{page.sessions.back().live, page.sessions.back().session.id};
  }
  return page;
}

}  // namespace gatehouse::accounts
