#include "store/tables.hpp"

namespace gatehouse::store {
namespace {

#define GATEHOUSE_CHALLENGE_COLUMNS \
  "id, account_id, purpose, address_mac, code_mac, tries_left, created_at, expires_at, used_at"

std::optional<accounts::Challenge> read_one(const Rows& rows) {
  if (rows.empty()) return std::nullopt;
  const Row row = rows[0];
  return accounts::Challenge{
      .id = id<accounts::ChallengeId>(row["id"]),
      .account = optional_id<accounts::AccountId>(row["account_id"]),
      .purpose = accounts::parse_purpose(text(row["purpose"])).value(),
      .address_mac = row["address_mac"].is_null() ? std::string() : bytes(row["address_mac"]),
      .code_mac = bytes(row["code_mac"]),
      .tries_left = row["tries_left"].as<int>(),
      .created_at = time(row["created_at"]),
      .expires_at = time(row["expires_at"]),
      .used_at = optional_time(row["used_at"])};
}

}  // namespace

constexpr Statement kInsert{
    "challenge_insert",
    "insert into challenge (id, account_id, purpose, address_mac, code_mac, tries_left, created_at, "
    "expires_at) values ($1, $2, $3, nullif($4::bytea, ''), $5, $6, $7, $8)"};

void ChallengeTable::insert(const accounts::Challenge& challenge) {
  execute(kInsert, challenge.id, challenge.account, name(challenge.purpose), bytes(challenge.address_mac),
          bytes(challenge.code_mac), challenge.tries_left, challenge.created_at, challenge.expires_at);
}

constexpr Statement kFind{"challenge_find",
                          "select " GATEHOUSE_CHALLENGE_COLUMNS " from challenge where id = $1"};

std::optional<accounts::Challenge> ChallengeTable::find(accounts::ChallengeId id) {
  return read_one(execute(kFind, id));
}

constexpr Statement kLock{"challenge_lock",
                          "select " GATEHOUSE_CHALLENGE_COLUMNS " from challenge where id = $1 for update"};

std::optional<accounts::Challenge> ChallengeTable::lock(accounts::ChallengeId id) {
  return read_one(execute(kLock, id));
}

constexpr Statement kRenew{
    "challenge_renew", "update challenge set code_mac = $2, tries_left = $3, expires_at = $4 where id = $1"};

void ChallengeTable::renew(const accounts::Challenge& challenge) {
  execute(kRenew, challenge.id, bytes(challenge.code_mac), challenge.tries_left, challenge.expires_at);
}

constexpr Statement kTakeTry{"challenge_take_try",
                             "update challenge set tries_left = tries_left - 1 where id = $1"};

void ChallengeTable::take_try(accounts::ChallengeId id) {
  execute(kTakeTry, id);
}

constexpr Statement kMarkUsed{"challenge_mark_used", "update challenge set used_at = $2 where id = $1"};

void ChallengeTable::mark_used(accounts::ChallengeId id, Time now) {
  execute(kMarkUsed, id, now);
}

constexpr Statement kCloseAll{"challenge_close_all",
                              "update challenge set used_at = $3 "
                              "where account_id = $1 and purpose = $2 and used_at is null"};

void ChallengeTable::close_all(accounts::AccountId account, accounts::Purpose purpose, Time now) {
  execute(kCloseAll, account, name(purpose), now);
}

}  // namespace gatehouse::store
