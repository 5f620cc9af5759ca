#include "store/tables.hpp"

namespace gatehouse::store {
namespace {

constexpr std::size_t kErrorSize = 500;

}  // namespace

constexpr Statement kInsert{
    "outbox_insert", "insert into outbox (id, sealed, created_at, next_try_at) values ($1, $2, $3, $3)"};

void OutboxTable::insert(const accounts::OutboxRow& row) {
  execute(kInsert, row.id, bytes(row.sealed), row.created_at);
}

constexpr Statement kClaim{"outbox_claim",
                           "select id, sealed, created_at, tries from outbox "
                           "where sent_at is null and dead_at is null and next_try_at <= $1 "
                           "order by next_try_at limit $2 for update skip locked"};

std::vector<accounts::OutboxRow> OutboxTable::claim(Time now, int limit) {
  std::vector<accounts::OutboxRow> rows;
  for (const Row& row : execute(kClaim, now, limit))
    rows.push_back({.id = id<accounts::MailId>(row["id"]),
                    .sealed = bytes(row["sealed"]),
                    .created_at = time(row["created_at"]),
                    .tries = row["tries"].as<int>()});
  return rows;
}

constexpr Statement kNextDue{"outbox_next_due",
                             "select min(next_try_at) from outbox where sent_at is null and dead_at is null"};

std::optional<Time> OutboxTable::next_due() {
  return optional_time(execute(kNextDue)[0][0]);
}

constexpr Statement kSent{"outbox_sent",
                          "update outbox set sent_at = $2, sealed = null, tries = tries + 1 where id = $1"};

void OutboxTable::sent(accounts::MailId id, Time now) {
  execute(kSent, id, now);
}

constexpr Statement kRetry{
    "outbox_retry", "update outbox set next_try_at = $2, last_error = $3, tries = tries + 1 where id = $1"};

void OutboxTable::retry(accounts::MailId id, Time next_try, const std::string& error) {
  execute(kRetry, id, next_try, printable(error, kErrorSize));
}

constexpr Statement kDead{
    "outbox_dead",
    "update outbox set dead_at = $2, last_error = $3, sealed = null, tries = tries + 1 where id = $1"};

void OutboxTable::dead(accounts::MailId id, Time now, const std::string& error) {
  execute(kDead, id, now, printable(error, kErrorSize));
}

}  // namespace gatehouse::store
