#include "store/tables.hpp"

namespace gatehouse::store {
namespace {

#define GATEHOUSE_BLOCK_COLUMNS \
  "id, kind, subject, value, source, set_by, created_at, ends_at, lifted_at, published_epoch"

// Advisory locks of the whole set; those of single keys are hashes of another form (pg_locks: two int4 or one
// int8), so they never meet.
#define GATEHOUSE_SEEDING_LOCK "1195463764, 1"

accounts::BlockKey read_key(const Row& row) {
  return {accounts::parse_block_kind(text(row["kind"])).value(), text(row["subject"])};
}

accounts::Block read(const Row& row) {
  std::optional<std::int64_t> epoch;
  if (!row["published_epoch"].is_null()) epoch = row["published_epoch"].as<std::int64_t>();
  return {.id = id<accounts::BlockId>(row["id"]),
          .key = read_key(row),
          .value = text(row["value"]),
          .source = accounts::parse_block_source(text(row["source"])).value(),
          .set_by = optional_id<accounts::AccountId>(row["set_by"]),
          .created_at = time(row["created_at"]),
          .ends_at = optional_time(row["ends_at"]),
          .lifted_at = optional_time(row["lifted_at"]),
          .published_epoch = epoch};
}

std::vector<accounts::Block> read_all(const Rows& rows) {
  std::vector<accounts::Block> blocks;
  for (const Row& row : rows) blocks.push_back(read(row));
  return blocks;
}

}  // namespace

constexpr Statement kLock{"block_lock", "select pg_advisory_xact_lock(hashtextextended($1, 0))"};

void BlockTable::lock(const accounts::BlockKey& key) {
  execute(kLock, key.redis_key());
}

constexpr Statement kLatest{"block_latest",
                            "select " GATEHOUSE_BLOCK_COLUMNS
                            " from block where kind = $1 and subject = $2 "
                            "order by lifted_at is null desc, created_at desc, id desc limit 1"};

std::optional<accounts::Block> BlockTable::latest(const accounts::BlockKey& key) {
  const Rows rows = execute(kLatest, name(key.kind), key.subject);
  if (rows.empty()) return std::nullopt;
  return read(rows[0]);
}

constexpr Statement kActive{
    "block_active",
    "select " GATEHOUSE_BLOCK_COLUMNS
    " from block where lifted_at is null and (ends_at is null or ends_at > now()) and ("
    "(kind, subject) in (select * from unnest($1::text[], $2::text[])) or network >>= $3::inet)"};

std::vector<accounts::Block> BlockTable::active(const std::vector<accounts::BlockKey>& keys,
                                                const std::string& ip) {
  std::vector<std::string> kinds;
  std::vector<std::string> subjects;
  for (const accounts::BlockKey& key : keys) {
    kinds.emplace_back(name(key.kind));
    subjects.push_back(key.subject);
  }
  return read_all(execute(kActive, kinds, subjects, address(ip)));
}

// A block of the key whose time is over, but which nobody has lifted, makes room.
constexpr Statement kRetire{"block_retire",
                            "update block set lifted_at = ends_at, lifted_source = 'system' "
                            "where kind = $1 and subject = $2 and lifted_at is null and ends_at <= $3"};
constexpr Statement kInsert{
    "block_insert",
    "insert into block (id, kind, subject, value, source, set_by, created_at, ends_at, "
    "published_epoch) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) "
    "on conflict (kind, subject) where lifted_at is null do nothing"};

void BlockTable::insert(const accounts::Block& block) {
  execute(kRetire, name(block.key.kind), block.key.subject, block.created_at);
  const Rows inserted =
      execute(kInsert, block.id, name(block.key.kind), block.key.subject, block.value, name(block.source),
              block.set_by, block.created_at, block.ends_at, block.published_epoch);
  if (inserted.affected_rows() == 0) throw Overtaken("the key has been blocked meanwhile");
}

constexpr Statement kLift{"block_lift",
                          "update block set lifted_at = $2, lifted_source = $3, lifted_by = $4, "
                          "published_epoch = null where id = $1"};

void BlockTable::lift(accounts::BlockId id, Time now, accounts::BlockSource source,
                      std::optional<accounts::AccountId> lifted_by) {
  execute(kLift, id, now, name(source), lifted_by);
}

// All blocks of the key, so that none of its older ones waits for an acknowledgement that never comes.
constexpr Statement kMarkPublished{
    "block_mark_published",
    "update block set published_epoch = $3 where kind = $1 and subject = $2 and "
    "(published_epoch is null or (published_epoch <> $3 and lifted_at is null))"};

void BlockTable::mark_published(const accounts::BlockKey& key, std::int64_t epoch) {
  execute(kMarkPublished, name(key.kind), key.subject, epoch);
}

constexpr Statement kUnpublished{"block_unpublished",
                                 "select kind, subject from block where published_epoch is null "
                                 "order by created_at limit $1"};

std::vector<accounts::BlockKey> BlockTable::unpublished(int limit) {
  std::vector<accounts::BlockKey> keys;
  for (const Row& row : execute(kUnpublished, limit)) keys.push_back(read_key(row));
  return keys;
}

constexpr Statement kActiveAfter{
    "block_active_after", "select " GATEHOUSE_BLOCK_COLUMNS
                          " from block where lifted_at is null and (ends_at is null or ends_at > now()) and "
                          "(kind, subject) > ($1, $2) order by kind, subject limit $3"};

std::vector<accounts::Block> BlockTable::active_after(const std::optional<accounts::BlockKey>& after,
                                                      int limit) {
  const std::string_view kind = after ? name(after->kind) : "";
  const std::string subject = after ? after->subject : "";
  return read_all(execute(kActiveAfter, kind, subject, limit));
}

constexpr Statement kTrySeeding{"block_try_seeding",
                                "select pg_try_advisory_xact_lock(" GATEHOUSE_SEEDING_LOCK ")"};

bool BlockTable::try_lock_for_seeding() {
  return execute(kTrySeeding)[0][0].as<bool>();
}

constexpr Statement kTryPublishing{"block_try_publishing",
                                   "select pg_try_advisory_xact_lock_shared(" GATEHOUSE_SEEDING_LOCK ")"};

bool BlockTable::try_lock_for_publishing() {
  return execute(kTryPublishing)[0][0].as<bool>();
}

constexpr Statement kLastEpoch{"block_last_epoch",
                               "select case when is_called then last_value else 0 end from live_epoch"};

std::int64_t BlockTable::last_epoch() {
  return execute(kLastEpoch)[0][0].as<std::int64_t>();
}

constexpr Statement kNextEpoch{
    "block_next_epoch", "select setval('live_epoch', greatest(nextval('live_epoch'), $1::bigint + 1))"};

std::int64_t BlockTable::next_epoch(std::int64_t at_least) {
  return execute(kNextEpoch, at_least)[0][0].as<std::int64_t>();
}

}  // namespace gatehouse::store
