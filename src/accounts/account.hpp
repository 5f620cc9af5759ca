// An account and the table of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/ids.hpp"
#include "accounts/origin.hpp"
#include "base/time.hpp"

namespace gatehouse::accounts {

struct Account {
  AccountId id;
  std::string username;  // as given
  std::string email;     // as given
  std::optional<Time> email_verified_at;
  std::string password_hash;  // a PHC string
  int auth_version;           // moves when the password, the roles or the standing change
  std::vector<std::string> roles;
  std::optional<Time> disabled_at;
  std::string attributes;  // a JSON object
  std::optional<Time> last_login_at;
  std::string last_login_ip;  // empty if none
  std::optional<DeviceId> last_login_device;
  std::optional<Time> last_logout_at;
  std::int64_t login_count;
  Time created_at;
};

struct NewAccount {
  AccountId id;
  std::string username;
  std::string username_key;  // identifiers.hpp
  std::string email;
  std::string email_key;  // identifiers.hpp
  std::string password_hash;
  Time created_at;
  std::vector<std::string> roles{"user"};
};

enum class AccountState {
  kActive,
  kUnverified,  // its address is not confirmed yet
  kDisabled,
  kBlocked,  // all its tokens are refused
};

// "active"
std::string_view name(AccountState state);
std::optional<AccountState> parse_account_state(std::string_view name);

// A page of the list of accounts, in the order in which they were made.
struct AccountQuery {
  std::string search{};  // a part of username or address, or an id; empty: all
  std::optional<AccountState> state{};
  std::string role{};  // empty: any
  std::optional<AccountId> after{};
  int limit;
};

struct AccountEntry {
  Account account;
  AccountState state;
};

class Accounts {
 public:
  virtual ~Accounts() = default;

  // False if the username is taken. Waits for a transaction that is just taking the same one.
  virtual bool insert(const NewAccount& account) = 0;
  // Removes the account that holds the username without having verified an address by `created_before`.
  virtual void release_username(const std::string& username_key, Time created_before) = 0;
  // With everything that hangs on it. False if there is none, or it has verified an address.
  virtual bool remove_unverified(AccountId id) = 0;

  virtual std::optional<Account> find(AccountId id) = 0;
  // Locks the row until the transaction ends.
  virtual std::optional<Account> lock(AccountId id) = 0;
  virtual std::optional<Account> find_by_username(const std::string& username_key) = 0;
  // The one that has verified the address, else the newest that claims it.
  virtual std::optional<Account> find_by_email(const std::string& email_key) = 0;
  virtual std::optional<Account> find_by_verified_email(const std::string& email_key) = 0;
  // Those that claim the address without having verified it.
  virtual std::vector<Account> find_claimants(const std::string& email_key) = 0;
  virtual std::vector<AccountEntry> list(const AccountQuery& query) = 0;

  // Locks the address that the account claims, for everybody who claims it, until the transaction ends. To be
  // taken before the row's lock.
  virtual void lock_address(AccountId id) = 0;
  // False if another account has verified the same address.
  virtual bool verify_email(AccountId id, Time now) = 0;
  // Moves auth_version, so that a login that has compared the old password fails.
  virtual void set_password(AccountId id, const std::string& password_hash, Time now) = 0;
  virtual void note_login(AccountId id, Time now, const Origin& origin, DeviceId device) = 0;
  virtual void note_logout(AccountId id, Time now) = 0;
};

}  // namespace gatehouse::accounts
