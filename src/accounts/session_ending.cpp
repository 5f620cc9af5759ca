#include "accounts/session_ending.hpp"

#include "accounts/block_publishing.hpp"

namespace gatehouse::accounts {

std::optional<DeviceId> end_session(Ports& ports, Transaction& transaction, SessionId session,
                                    AccountId account, const std::string& reason,
                                    std::optional<AccountId> ended_by) {
  const BlockKey key = block_key(session);
  transaction.blocks().lock(key);
  const Time now = transaction.now();
  const std::optional<DeviceId> device = transaction.sessions().end(session, account, now, reason);
  if (!device) return std::nullopt;
  const Time end = now + session_block_life(ports.rules);
  if (const std::optional<Block> block = transaction.blocks().latest(key); block && block->active(now)) {
    if (!block->ends_at || *block->ends_at >= end) return device;
    // It would let the last tokens of the session live again.
    transaction.blocks().lift(block->id, now, BlockSource::kSystem, ended_by);
  }
  transaction.blocks().insert({.id = BlockId::generate(now, ports.random),
                               .key = key,
                               .value = reason,
                               .source = BlockSource::kSystem,
                               .set_by = ended_by,
                               .created_at = now,
                               .ends_at = end});
  return device;
}

std::vector<SessionId> end_sessions(Ports& ports, Transaction& transaction, AccountId account,
                                    std::optional<SessionId> kept, const std::string& reason) {
  std::vector<SessionId> sessions = transaction.sessions().not_ended(account);
  std::erase_if(sessions, [&](SessionId session) {
    return session == kept || !end_session(ports, transaction, session, account, reason, account);
  });
  return sessions;
}

// Each would wait for a Redis that is dark: the keeper does the rest.
Enforcement publish_endings(Ports& ports, const std::vector<SessionId>& ended) {
  for (const SessionId session : ended)
    if (publish_block(ports.database, ports.live, block_key(session)) == Enforcement::kPending)
      return Enforcement::kPending;
  return Enforcement::kActive;
}

}  // namespace gatehouse::accounts
