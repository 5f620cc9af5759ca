#include "store/tables.hpp"

namespace gatehouse::store {

// Tries from before $3 do not count. One statement, whose row is locked: parallel ones take turns.
constexpr Statement kTake{
    "password_try_take",
    "insert into password_try (account_id, count, first_at) values ($1, 1, $4) "
    "on conflict (account_id) do update set "
    "count = case when password_try.first_at <= $3 then 1 else password_try.count + 1 end, "
    "first_at = case when password_try.first_at <= $3 then $4 else password_try.first_at end "
    "where password_try.first_at <= $3 or password_try.count < $2"};

bool PasswordTryTable::take(accounts::AccountId account, int most, Time begin, Time now) {
  return execute(kTake, account, most, begin, now).affected_rows() == 1;
}

constexpr Statement kFirst{"password_try_first", "select first_at from password_try where account_id = $1"};

Time PasswordTryTable::first(accounts::AccountId account) {
  return time(execute(kFirst, account)[0][0]);
}

constexpr Statement kGiveBack{"password_try_give_back",
                              "update password_try set count = greatest(count - 1, 0) where account_id = $1"};

void PasswordTryTable::give_back(accounts::AccountId account) {
  execute(kGiveBack, account);
}

constexpr Statement kForget{"password_try_forget", "delete from password_try where account_id = $1"};

void PasswordTryTable::forget(accounts::AccountId account) {
  execute(kForget, account);
}

}  // namespace gatehouse::store
