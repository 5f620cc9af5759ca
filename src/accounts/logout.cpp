#include "accounts/logout.hpp"

#include "accounts/block_publishing.hpp"

namespace gatehouse::accounts {
namespace {

constexpr const char* kReason = "logout";

// False if there is no such session to end.
bool end_session(Ports& ports, Transaction& transaction, const Principal& principal, SessionId session,
                 const Origin& origin) {
  const BlockKey key = block_key(session);
  transaction.blocks().lock(key);
  const Time now = transaction.now();
  const std::optional<DeviceId> device = transaction.sessions().end(session, principal.account, now, kReason);
  if (!device) return false;
  transaction.devices().note_logout(*device, now);
  transaction.accounts().note_logout(principal.account, now);
  if (const std::optional<Block> block = transaction.blocks().latest(key); !block || !block->active(now))
    transaction.blocks().insert({.id = BlockId::generate(now, ports.random),
                                 .key = key,
                                 .value = kReason,
                                 .source = BlockSource::kSystem,
                                 .set_by = principal.account,
                                 .created_at = now,
                                 .ends_at = now + session_block_life(ports.rules)});
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
  const bool ended = ports.database.transaction(
      [&](Transaction& transaction) { return end_session(ports, transaction, principal, session, origin); });
  if (!ended) return refuse(Error::kNotFound);
  return publish_block(ports.database, ports.live, block_key(session));
}

}  // namespace gatehouse::accounts
