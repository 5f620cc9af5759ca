#include "accounts/operator_blocking.hpp"

#include "accounts/block_check.hpp"
#include "accounts/block_event.hpp"
#include "accounts/block_publishing.hpp"
#include "base/text.hpp"
#include "contract/block_value.hpp"

namespace gatehouse::accounts {
namespace {

constexpr std::size_t kReasonSize = 200;
constexpr const char* kDefaultReason = "blocked by the operator";

std::string reason_of(const BlockOrder& order) {
  return printable(order.reason.empty() ? kDefaultReason : order.reason, kReasonSize);
}

std::string value_of(const BlockOrder& order) {
  return order.before ? std::string(contract::kBeforePrefix) + std::to_string(*order.before)
                      : reason_of(order);
}

Unexpected<Refusal> invalid(const char* member, const char* detail) {
  return Unexpected(Refusal{.error = Error::kInvalidInput,
                            .faults = {{.member = member, .code = "invalid", .detail = detail}}});
}

Result<void, Refusal> check(const BlockOrder& order, Time now) {
  if (order.key.kind == BlockKind::kUser && order.reason.starts_with(contract::kBeforePrefix))
    return invalid("reason", "A reason must not begin with \"before=\", which has a meaning of its own.");
  if (order.before && order.key.kind != BlockKind::kUser)
    return invalid("before", "Only a user can be blocked for tokens up to a time.");
  if (order.before && (*order.before <= 0 || *order.before > unix_seconds(now)))
    return invalid("before", "The time must not lie in the future.");
  return {};
}

bool is_known(Transaction& transaction, const BlockKey& key) {
  const auto known = [&](auto id, auto&& table) { return id && table.find(*id); };
  switch (key.kind) {
    case BlockKind::kDevice:
      return known(DeviceId::parse(key.subject), transaction.devices());
    case BlockKind::kSession:
      return known(SessionId::parse(key.subject), transaction.sessions());
    case BlockKind::kUser:
      return known(AccountId::parse(key.subject), transaction.accounts());
    case BlockKind::kToken:
    case BlockKind::kIp:
      return true;
  }
  return false;
}

// A block for old tokens must not open the door to new ones, nor to tokens that an earlier one has refused.
bool refuses_less(const Block& present, const BlockOrder& order) {
  if (!order.before) return false;
  const std::optional<std::int64_t> before = contract::before_of(present.value);
  return !before || *before > *order.before;
}

// What an owner has blocked, or a logout has ended, is not to come back because an operator blocks it, too.
bool ends_sooner(const Block& present, const BlockOrder& order, Time now) {
  const bool promised = present.source == BlockSource::kApi || present.source == BlockSource::kSystem;
  return promised && order.life && (!present.ends_at || *present.ends_at > now + *order.life);
}

Result<BlockChange, Refusal> set(Transaction& transaction, Random& random, const BlockOrder& order,
                                 const Origin& origin) {
  const Time now = transaction.now();
  if (const auto checked = check(order, now); !checked) return Unexpected(checked.error());
  if (!order.unknown_too && !is_known(transaction, order.key)) return refuse(Error::kNotFound);
  const std::optional<Block> present = lock_active_block(transaction, order.key);
  const std::string value = value_of(order);
  if (present) {
    if (refuses_less(*present, order))
      return invalid("before", "A block that refuses more stands already; lift it first.");
    if (ends_sooner(*present, order, now))
      return invalid("for", "A block by its owner or a logout lasts longer already; lift it first.");
    if (present->value == value && !present->ends_at && !order.life) return BlockChange::kNone;
    transaction.blocks().lift(present->id, now, BlockSource::kCtl, std::nullopt);
  }
  Block block{.id = BlockId::generate(now, random),
              .key = order.key,
              .value = value,
              .source = BlockSource::kCtl,
              .created_at = now};
  if (order.life) block.ends_at = now + *order.life;
  transaction.blocks().insert(block);
  Event event = block_event(EventType::kBlock, order.key, reason_of(order));
  if (order.before) event.reason = value + ' ' + event.reason;
  event.origin = origin;
  transaction.events().record(event);
  return present ? BlockChange::kReplaced : BlockChange::kSet;
}

// The active block under the key's lock. One that an administrator has set by hand a moment ago is in Redis
// alone: it is written down, so that what is lifted has a history.
std::optional<BlockId> find_block(Transaction& transaction, Random& random, const BlockKey& key,
                                  const std::optional<LiveBlocks::Values>& live) {
  if (const std::optional<Block> stored = lock_active_block(transaction, key)) return stored->id;
  if (!live || !live->front()) return std::nullopt;
  const Time now = transaction.now();
  const Block block{.id = BlockId::generate(now, random),
                    .key = key,
                    .value = printable(*live->front(), kReasonSize),
                    .source = BlockSource::kRedis,
                    .created_at = now};
  transaction.blocks().insert(block);
  return block.id;
}

}  // namespace

Result<Blocked, Refusal> block_as_operator(Database& database, LiveBlocks& live, Random& random,
                                           const BlockOrder& order, const Origin& origin) {
  const Result<BlockChange, Refusal> change =
      database.transaction([&](Transaction& transaction) { return set(transaction, random, order, origin); });
  if (!change) return Unexpected(change.error());
  return Blocked{.change = *change, .enforcement = publish_block(database, live, order.key)};
}

Unblocked unblock_as_operator(Database& database, LiveBlocks& live, Random& random, const BlockKey& key,
                              const std::string& reason, const Origin& origin) {
  const std::optional<LiveBlocks::Values> values = live.values({key});
  const bool lifted = database.transaction([&](Transaction& transaction) {
    const std::optional<BlockId> block = find_block(transaction, random, key, values);
    if (!block) return false;
    transaction.blocks().lift(*block, transaction.now(), BlockSource::kCtl, std::nullopt);
    Event event = block_event(EventType::kUnblock, key, printable(reason, kReasonSize));
    event.origin = origin;
    transaction.events().record(event);
    return true;
  });
  if (!lifted) return values ? Unblocked::kNotBlocked : Unblocked::kNotKnown;
  return publish_block(database, live, key, Withdrawal::kAnyValue) == Enforcement::kActive
             ? Unblocked::kEnforced
             : Unblocked::kPending;
}

}  // namespace gatehouse::accounts
