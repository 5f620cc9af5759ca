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
                             .account = optional_id<accounts::AccountId>(row["account_id"]),
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

constexpr Statement kCloseAll{"challenge_close_all",
                              "update challenge set used_at = $3 "
                              "where account_id = $1 and purpose = $2 and used_at is null"};

void ChallengeTable::close_all(accounts::AccountId account, accounts::Purpose purpose, Time now) {
  execute(kCloseAll, account, name(purpose), now);
}

constexpr Statement kCountForAddress{
    "challenge_count_for_address",
    "select count(*) from challenge where purpose = $2 and created_at > $3 and account_id in "
    "(select id from account where email_key = (select email_key from account where id = $1))"};

int ChallengeTable::count_for_address(accounts::AccountId account, accounts::Purpose purpose, Time since) {
  return execute(kCountForAddress, account, name(purpose), since)[0][0].as<int>();
}

}  // namespace gatehouse::store
