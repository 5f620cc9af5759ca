#include "store/tables.hpp"

namespace gatehouse::store {
namespace {

#define GATEHOUSE_ACCOUNT_COLUMNS                                                                         \
  "id, username, email, email_verified_at, password_hash, auth_version, roles, disabled_at, attributes, " \
  "last_login_at, host(last_login_ip) as last_login_ip, last_login_device, last_logout_at, login_count, " \
  "created_at"

accounts::Account read(const Row& row) {
  return {.id = id<accounts::AccountId>(row["id"]),
          .username = text(row["username"]),
          .email = text(row["email"]),
          .email_verified_at = optional_time(row["email_verified_at"]),
          .password_hash = text(row["password_hash"]),
          .auth_version = row["auth_version"].as<int>(),
          .roles = texts(row["roles"]),
          .disabled_at = optional_time(row["disabled_at"]),
          .attributes = text(row["attributes"]),
          .last_login_at = optional_time(row["last_login_at"]),
          .last_login_ip = text(row["last_login_ip"]),
          .last_login_device = optional_id<accounts::DeviceId>(row["last_login_device"]),
          .last_logout_at = optional_time(row["last_logout_at"]),
          .login_count = row["login_count"].as<std::int64_t>(),
          .created_at = time(row["created_at"])};
}

std::optional<accounts::Account> read_one(const Rows& rows) {
  if (rows.empty()) return std::nullopt;
  return read(rows[0]);
}

}  // namespace

// The conflict is that of the username alone: any number of accounts may claim an address.
constexpr Statement kInsert{
    "account_insert",
    "insert into account (id, username, username_key, email, email_key, password_hash, "
    "created_at, updated_at, roles) values ($1, $2, $3, $4, $5, $6, $7, $7, $8) "
    "on conflict (username_key) do nothing"};

bool AccountTable::insert(const accounts::NewAccount& account) {
  return execute(kInsert, account.id, account.username, account.username_key, account.email,
                 account.email_key, account.password_hash, account.created_at, account.roles)
             .affected_rows() == 1;
}

constexpr Statement kRelease{
    "account_release",
    "delete from account where username_key = $1 and email_verified_at is null and created_at < $2"};

void AccountTable::release_username(const std::string& username_key, Time created_before) {
  execute(kRelease, username_key, created_before);
}

constexpr Statement kRemoveUnverified{"account_remove_unverified",
                                      "delete from account where id = $1 and email_verified_at is null"};

bool AccountTable::remove_unverified(accounts::AccountId id) {
  return execute(kRemoveUnverified, id).affected_rows() == 1;
}

constexpr Statement kFind{"account_find", "select " GATEHOUSE_ACCOUNT_COLUMNS " from account where id = $1"};

std::optional<accounts::Account> AccountTable::find(accounts::AccountId id) {
  return read_one(execute(kFind, id));
}

constexpr Statement kLock{"account_lock",
                          "select " GATEHOUSE_ACCOUNT_COLUMNS " from account where id = $1 for update"};

std::optional<accounts::Account> AccountTable::lock(accounts::AccountId id) {
  return read_one(execute(kLock, id));
}

constexpr Statement kFindByUsername{
    "account_find_by_username", "select " GATEHOUSE_ACCOUNT_COLUMNS " from account where username_key = $1"};

std::optional<accounts::Account> AccountTable::find_by_username(const std::string& username_key) {
  return read_one(execute(kFindByUsername, username_key));
}

constexpr Statement kFindByEmail{"account_find_by_email",
                                 "select " GATEHOUSE_ACCOUNT_COLUMNS
                                 " from account where email_key = $1 "
                                 "order by email_verified_at is null, created_at desc limit 1"};

std::optional<accounts::Account> AccountTable::find_by_email(const std::string& email_key) {
  return read_one(execute(kFindByEmail, email_key));
}

constexpr Statement kFindByVerifiedEmail{
    "account_find_by_verified_email", "select " GATEHOUSE_ACCOUNT_COLUMNS
                                      " from account where email_key = $1 and email_verified_at is not null"};

std::optional<accounts::Account> AccountTable::find_by_verified_email(const std::string& email_key) {
  return read_one(execute(kFindByVerifiedEmail, email_key));
}

constexpr Statement kFindClaimants{"account_find_claimants",
                                   "select " GATEHOUSE_ACCOUNT_COLUMNS
                                   " from account where email_key = $1 and email_verified_at is null"};

std::vector<accounts::Account> AccountTable::find_claimants(const std::string& email_key) {
  std::vector<accounts::Account> claimants;
  for (const Row& row : execute(kFindClaimants, email_key)) claimants.push_back(read(row));
  return claimants;
}

// A block with a before= that the gates understand refuses old tokens alone (contract/block_value.hpp).
constexpr Statement kList{
    "account_list",
    "select * from (select " GATEHOUSE_ACCOUNT_COLUMNS
    ", case when disabled_at is not null then 'disabled' "
    "when exists (select from block where kind = 'user' and subject = account.id::text and lifted_at is null "
    "and (ends_at is null or ends_at > now()) and value !~ '^before=0*[1-9][0-9]{0,17}$') then 'blocked' "
    "when email_verified_at is null then 'unverified' else 'active' end as state from account "
    "where ($1 = '' or position(lower($1) in username_key) > 0 or position(lower($1) in email_key) > 0 "
    "or id::text = lower($1)) and ($2 = '' or $2 = any(roles)) and ($3::uuid is null or id > $3)) as found "
    "where $4 = '' or state = $4 order by id limit $5"};

std::vector<accounts::AccountEntry> AccountTable::list(const accounts::AccountQuery& query) {
  const std::string_view state = query.state ? accounts::name(*query.state) : "";
  std::vector<accounts::AccountEntry> entries;
  for (const Row& row : execute(kList, query.search, query.role, query.after, state, query.limit))
    entries.push_back(
        {.account = read(row), .state = accounts::parse_account_state(text(row["state"])).value()});
  return entries;
}

// Two accounts that verify one address at the same moment take turns here, so that the later one sees the
// earlier and is refused, rather than fails at the unique index.
constexpr Statement kLockEmail{
    "account_lock_email",
    "select pg_advisory_xact_lock(hashtextextended('email:' || email_key, 0)) from account where id = $1"};
constexpr Statement kVerifyEmail{"account_verify_email",
                                 "update account set email_verified_at = coalesce(email_verified_at, $2), "
                                 "updated_at = $2 where id = $1 and "
                                 "not exists (select from account other where other.email_key = "
                                 "account.email_key and other.id <> account.id "
                                 "and other.email_verified_at is not null)"};

void AccountTable::lock_address(accounts::AccountId id) {
  execute(kLockEmail, id);
}

bool AccountTable::verify_email(accounts::AccountId id, Time now) {
  lock_address(id);
  return execute(kVerifyEmail, id, now).affected_rows() == 1;
}

constexpr Statement kSetPassword{"account_set_password",
                                 "update account set password_hash = $2, auth_version = auth_version + 1, "
                                 "updated_at = $3 where id = $1"};

void AccountTable::set_password(accounts::AccountId id, const std::string& password_hash, Time now) {
  execute(kSetPassword, id, password_hash, now);
}

constexpr Statement kNoteLogin{
    "account_note_login",
    "update account set last_login_at = $2, last_login_ip = $3, last_login_device = $4, "
    "login_count = login_count + 1 where id = $1"};

void AccountTable::note_login(accounts::AccountId id, Time now, const accounts::Origin& origin,
                              accounts::DeviceId device) {
  post(kNoteLogin, id, now, address(origin.ip), device);
}

constexpr Statement kNoteLogout{"account_note_logout",
                                "update account set last_logout_at = $2 where id = $1"};

void AccountTable::note_logout(accounts::AccountId id, Time now) {
  execute(kNoteLogout, id, now);
}

}  // namespace gatehouse::store
