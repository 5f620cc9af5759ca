#include "store/tables.hpp"

namespace gatehouse::store {

constexpr Statement kInsert{
    "challenge_insert",
    "insert into challenge (id, account_id, purpose, code_mac, tries_left, created_at, "
    "expires_at) values ($1, $2, $3, $4, $5, $6, $7)"};

void ChallengeTable::insert(const accounts::Challenge& challenge) {
  execute(kInsert, challenge.id, challenge.account, name(challenge.purpose), bytes(challenge.code_mac),
          challenge.tries_left, challenge.created_at, challenge.expires_at);
}

constexpr Statement kLock{
    "challenge_lock",
    "select id, account_id, purpose, code_mac, tries_left, created_at, expires_at, used_at "
    "from challenge where id = $1 for update"};

std::optional<accounts::Challenge> ChallengeTable::lock(accounts::ChallengeId id) {
  const pqxx::result rows = execute(kLock, id);
  if (rows.empty()) return std::nullopt;
  const pqxx::row row = rows[0];
  return accounts::Challenge{.id = id,
                             .account = store::id<accounts::AccountId>(row["account_id"]),
                             .purpose = accounts::parse_purpose(text(row["purpose"])).value(),
                             .code_mac = bytes(row["code_mac"]),
                             .tries_left = row["tries_left"].as<int>(),
                             .created_at = time(row["created_at"]),
                             .expires_at = time(row["expires_at"]),
                             .used_at = optional_time(row["used_at"])};
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

}  // namespace gatehouse::store
