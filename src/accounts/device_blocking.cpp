#include "accounts/device_blocking.hpp"

#include "accounts/block_check.hpp"
#include "accounts/block_publishing.hpp"
#include "base/text.hpp"

namespace gatehouse::accounts {
namespace {

constexpr std::size_t kReasonSize = 200;
constexpr const char* kDefaultReason = "blocked by the owner";

Event event_of(EventType type, const Principal& principal, DeviceId device, const std::string& reason,
               const Origin& origin) {
  return {.type = type,
          .reason = reason,
          .account = principal.account,
          .session = principal.session,
          .device = device,
          .identifier = block_key(device).redis_key(),
          .token_id = principal.token_id,
          .origin = origin};
}

bool owns(Transaction& transaction, const Principal& principal, DeviceId device) {
  return transaction.devices().find(principal.account, device).has_value();
}

// The owner's own: whoever else set it had a reason that the owner cannot judge.
bool set_by_owner(const Block& block, const Principal& principal) {
  return block.source == BlockSource::kApi && block.set_by == principal.account;
}

// A block of somebody else's that would have ended is theirs to lift as before, or the owner could let the
// device in too early.
void take_the_end_from(Transaction& transaction, const Block& standing, Block& lasting) {
  transaction.blocks().lift(standing.id, lasting.created_at, BlockSource::kApi, lasting.set_by);
  lasting.value = standing.value;
  lasting.source = standing.source;
  lasting.set_by = standing.set_by;
}

}  // namespace

Result<Enforcement, Refusal> block_device(Ports& ports, const Principal& principal, DeviceId device,
                                          const std::string& reason, const Origin& origin) {
  const bool found = ports.database.transaction([&](Transaction& transaction) {
    if (!owns(transaction, principal, device)) return false;
    const std::optional<Block> standing = lock_active_block(transaction, block_key(device));
    if (standing && !standing->ends_at) return true;
    const Time now = transaction.now();
    const std::string shown = printable(reason.empty() ? kDefaultReason : reason, kReasonSize);
    Block block{.id = BlockId::generate(now, ports.random),
                .key = block_key(device),
                .value = shown,
                .source = BlockSource::kApi,
                .set_by = principal.account,
                .created_at = now};
    if (standing) take_the_end_from(transaction, *standing, block);
    transaction.blocks().insert(block);
    transaction.events().record(event_of(EventType::kBlock, principal, device, shown, origin));
    return true;
  });
  if (!found) return refuse(Error::kNotFound);
  return publish_block(ports.database, ports.live, block_key(device));
}

Result<Enforcement, Refusal> unblock_device(Ports& ports, const Principal& principal, DeviceId device,
                                            const Origin& origin) {
  const std::optional<Error> error =
      ports.database.transaction([&](Transaction& transaction) -> std::optional<Error> {
        if (!owns(transaction, principal, device)) return Error::kNotFound;
        const std::optional<Block> block = lock_active_block(transaction, block_key(device));
        if (!block) return std::nullopt;
        if (!set_by_owner(*block, principal)) return Error::kBlockedByAdmin;
        transaction.blocks().lift(block->id, transaction.now(), BlockSource::kApi, principal.account);
        transaction.events().record(event_of(EventType::kUnblock, principal, device, block->value, origin));
        return std::nullopt;
      });
  if (error) return refuse(*error);
  return publish_block(ports.database, ports.live, block_key(device));
}

}  // namespace gatehouse::accounts
