#include "store/tables.hpp"

namespace gatehouse::store {

constexpr Statement kLock{"signing_key_lock", "lock table signing_key in share row exclusive mode"};

void SigningKeyTable::lock() {
  execute(kLock);
}

constexpr Statement kAll{"signing_key_all",
                         "select kid, algorithm, sealed, created_at, used_from, retired_at from signing_key "
                         "where retired_at is null or retired_at > now() order by used_from desc, kid"};

std::vector<accounts::SigningKeyRow> SigningKeyTable::all() {
  std::vector<accounts::SigningKeyRow> keys;
  for (const Row& row : execute(kAll))
    keys.push_back({.kid = text(row["kid"]),
                    .algorithm = jose::parse_algorithm(text(row["algorithm"])).value(),
                    .sealed = bytes(row["sealed"]),
                    .created_at = time(row["created_at"]),
                    .used_from = time(row["used_from"]),
                    .retired_at = optional_time(row["retired_at"])});
  return keys;
}

constexpr Statement kInsert{
    "signing_key_insert",
    "insert into signing_key (kid, algorithm, sealed, created_at, used_from) values ($1, $2, $3, $4, $5)"};

void SigningKeyTable::insert(const accounts::SigningKeyRow& row) {
  execute(kInsert, row.kid, jose::name(row.algorithm), bytes(row.sealed), row.created_at, row.used_from);
}

constexpr Statement kRetire{"signing_key_retire", "update signing_key set retired_at = $2 where kid = $1"};

void SigningKeyTable::retire(const std::string& kid, Time at) {
  execute(kRetire, kid, at);
}

}  // namespace gatehouse::store
