#include "accounts/session_ending.hpp"

namespace gatehouse::accounts {

std::optional<DeviceId> end_session(Ports& ports, Transaction& transaction, SessionId session,
                                    AccountId account, const std::string& reason,
                                    std::optional<AccountId> ended_by) {
  const BlockKey key = block_key(session);
  transaction.blocks().lock(key);
  const Time now = transaction.now();
  const std::optional<DeviceId> device = transaction.sessions().end(session, account, now, reason);
  if (!device) return std::nullopt;
  if (const std::optional<Block> block = transaction.blocks().latest(key); !block || !block->active(now))
    transaction.blocks().insert({.id = BlockId::generate(now, ports.random),
                                 .key = key,
                                 .value = reason,
                                 .source = BlockSource::kSystem,
                                 .set_by = ended_by,
                                 .created_at = now,
                                 .ends_at = now + session_block_life(ports.rules)});
  return device;
}

}  // namespace gatehouse::accounts
