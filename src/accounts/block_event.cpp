#include "accounts/block_event.hpp"

namespace gatehouse::accounts {

Event block_event(EventType type, const BlockKey& key, const std::string& reason) {
  Event event{.type = type, .reason = reason, .identifier = key.redis_key()};
  if (key.kind == BlockKind::kUser) event.account = AccountId::parse(key.subject);
  if (key.kind == BlockKind::kSession) event.session = SessionId::parse(key.subject);
  if (key.kind == BlockKind::kDevice) event.device = DeviceId::parse(key.subject);
  if (key.kind == BlockKind::kToken) event.token_id = key.subject;
  return event;
}

}  // namespace gatehouse::accounts
