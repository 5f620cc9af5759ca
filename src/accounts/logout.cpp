#include "accounts/logout.hpp"

#include "accounts/block_publishing.hpp"
#include "accounts/session_ending.hpp"

namespace gatehouse::accounts {
namespace {

constexpr const char* kReason = "logout";

// False if there is no such session to end.
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
    return end_as_logout(ports, transaction, principal, session, origin);
  });
  if (!ended) return refuse(Error::kNotFound);
  return publish_block(ports.database, ports.live, block_key(session));
}

}  // namespace gatehouse::accounts
