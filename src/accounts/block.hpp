// A block: what is refused, why, since when and until when. PostgreSQL has every one with its history, Redis
// the active ones, the gates a copy of those.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/ids.hpp"
#include "base/ip.hpp"
#include "base/time.hpp"

namespace gatehouse::accounts {

enum class BlockKind { kDevice, kSession, kUser, kToken, kIp };

struct BlockKey {
  BlockKind kind;
  std::string subject;  // an id in lower case; for kIp an address or network, as it was spelled

  // gatehouse:block:<kind>:<subject>
  std::string redis_key() const;
  // The key of a block that Gatehouse knows how to keep; nothing for other kinds and malformed subjects.
  static std::optional<BlockKey> parse(std::string_view redis_key);

  auto operator<=>(const BlockKey&) const = default;
};

BlockKey block_key(DeviceId id);
BlockKey block_key(SessionId id);
BlockKey block_key(AccountId id);
BlockKey block_key(const IpNetwork& network);
std::string_view name(BlockKind kind);
std::optional<BlockKind> parse_block_kind(std::string_view name);

enum class BlockSource {
  kApi,     // an owner or administrator by the HTTP API
  kCtl,     // the operator by gatehousectl
  kRedis,   // an administrator by a plain Redis command
  kSystem,  // Gatehouse itself: a logout
};

std::string_view name(BlockSource source);
std::optional<BlockSource> parse_block_source(std::string_view name);

struct Block {
  BlockId id;
  BlockKey key;
  std::string
      value;  // as it stands in Redis: the reason, or before=<unix seconds> (contract/block_value.hpp)
  BlockSource source;
  std::optional<AccountId> set_by{};
  Time created_at;
  std::optional<Time> ends_at{};
  std::optional<Time> lifted_at{};
  // The epoch in which Redis has acknowledged the block, or after lifting its absence; none: not yet.
  std::optional<std::int64_t> published_epoch{};

  bool active(Time now) const { return !lifted_at && (!ends_at || now < *ends_at); }
};

class Blocks {
 public:
  virtual ~Blocks() = default;

  // Whoever changes or publishes the block of a key holds its lock until the transaction ends.
  virtual void lock(const BlockKey& key) = 0;
  // The newest block of the key, active or not.
  virtual std::optional<Block> latest(const BlockKey& key) = 0;
  // The active blocks of any of the keys, and those of networks that `ip` (may be empty) is in.
  virtual std::vector<Block> active(const std::vector<BlockKey>& keys, const std::string& ip) = 0;

  // If the key has an active block, the transaction runs again: seeding records without the key's lock, and
  // may have done so since the caller looked.
  virtual void insert(const Block& block) = 0;
  virtual void lift(BlockId id, Time now, BlockSource source, std::optional<AccountId> lifted_by) = 0;
  virtual void mark_published(const BlockKey& key, std::int64_t epoch) = 0;

  // Keys whose newest block Redis has not acknowledged.
  virtual std::vector<BlockKey> unpublished(int limit) = 0;
  // Every active block in the order of keys, in pages: those after `after`.
  virtual std::vector<Block> active_after(const std::optional<BlockKey>& after, int limit) = 0;

  // Seeding excludes publishing: both are held until the transaction ends, both fail rather than wait.
  virtual bool try_lock_for_seeding() = 0;
  virtual bool try_lock_for_publishing() = 0;

  // The newest epoch that was given to a complete set (contract: gatehouse:ready).
  virtual std::int64_t last_epoch() = 0;
  // The next one, greater than `at_least`, too.
  virtual std::int64_t next_epoch(std::int64_t at_least) = 0;
};

}  // namespace gatehouse::accounts
