// The tables, each a class over the transaction that it works in; one file each has its SQL.
#pragma once

#include <stdexcept>

#include "accounts/ports.hpp"
#include "base/text.hpp"
#include "store/clock.hpp"

namespace gatehouse::store {

class Table {
 protected:
  explicit Table(Connection& connection) : connection_(connection) {}

  template <typename... Parameters>
  Rows execute(const Statement& statement, const Parameters&... parameters) {
    return connection_.execute(statement, parameters...);
  }
  // For what has no answer, or one that can wait.
  template <typename... Parameters>
  Answer post(const Statement& statement, const Parameters&... parameters) {
    return connection_.post(statement, parameters...);
  }

  // Clients send what they like.
  static std::string user_agent(const accounts::Origin& origin) { return printable(origin.user_agent, 512); }

 private:
  Connection& connection_;
};

class AccountTable final : public accounts::Accounts, private Table {
 public:
  explicit AccountTable(Connection& connection) : Table(connection) {}

  bool insert(const accounts::NewAccount& account) override;
  void release_username(const std::string& username_key, Time created_before) override;
  std::optional<accounts::Account> find(accounts::AccountId id) override;
  std::optional<accounts::Account> lock(accounts::AccountId id) override;
  std::optional<accounts::Account> find_by_username(const std::string& username_key) override;
  std::optional<accounts::Account> find_by_email(const std::string& email_key) override;
  std::optional<accounts::Account> find_by_verified_email(const std::string& email_key) override;
  std::vector<accounts::Account> find_claimants(const std::string& email_key) override;
  void lock_address(accounts::AccountId id) override;
  bool remove_unverified(accounts::AccountId id) override;
  std::vector<accounts::AccountEntry> list(const accounts::AccountQuery& query) override;
  bool verify_email(accounts::AccountId id, Time now) override;
  void set_password(accounts::AccountId id, const std::string& password_hash, Time now) override;
  void note_login(accounts::AccountId id, Time now, const accounts::Origin& origin,
                  accounts::DeviceId device) override;
  void note_logout(accounts::AccountId id, Time now) override;
};

class ChallengeTable final : public accounts::Challenges, private Table {
 public:
  explicit ChallengeTable(Connection& connection) : Table(connection) {}

  void insert(const accounts::Challenge& challenge) override;
  std::optional<accounts::Challenge> find(accounts::ChallengeId id) override;
  std::optional<accounts::Challenge> lock(accounts::ChallengeId id) override;
  void renew(const accounts::Challenge& challenge) override;
  void take_try(accounts::ChallengeId id) override;
  void mark_used(accounts::ChallengeId id, Time now) override;
  void close_all(accounts::AccountId account, accounts::Purpose purpose, Time now) override;
};

class PasswordTryTable final : public accounts::PasswordTries, private Table {
 public:
  explicit PasswordTryTable(Connection& connection) : Table(connection) {}

  bool take(accounts::AccountId account, int most, Time begin, Time now) override;
  Time first(accounts::AccountId account) override;
  void give_back(accounts::AccountId account) override;
  void forget(accounts::AccountId account) override;
};

class DeviceTable final : public accounts::Devices, private Table {
 public:
  explicit DeviceTable(Connection& connection) : Table(connection) {}

  std::optional<accounts::Device> find(accounts::AccountId account, accounts::BrowserId browser) override;
  std::optional<accounts::Device> find(accounts::AccountId account, accounts::DeviceId id) override;
  std::optional<accounts::Device> find(accounts::DeviceId id) override;
  std::vector<accounts::Device> of(accounts::AccountId account) override;
  accounts::DeviceId note_login(accounts::DeviceId fresh, accounts::AccountId account,
                                accounts::BrowserId browser, const std::string& name, Time now,
                                const accounts::Origin& origin) override;
  void note_logout(accounts::DeviceId id, Time now) override;
};

class SessionTable final : public accounts::Sessions, private Table {
 public:
  SessionTable(Connection& connection, Clock& clock) : Table(connection), clock_(clock) {}

  void insert(const accounts::Session& session, const accounts::Origin& origin) override;
  Later<std::optional<accounts::Standing>> standing(accounts::SessionId id, accounts::AccountId account,
                                                    accounts::DeviceId device) override;
  std::optional<accounts::DeviceId> end(accounts::SessionId id, accounts::AccountId account, Time now,
                                        const std::string& reason) override;
  std::optional<accounts::Session> find(accounts::SessionId id) override;
  std::optional<accounts::RefreshTurn> refresh(const accounts::RefreshUse& use) override;
  std::vector<accounts::SessionEntry> of(accounts::AccountId account,
                                         const std::optional<accounts::SessionPlace>& after,
                                         int limit) override;
  std::optional<accounts::SessionEntry> entry(accounts::SessionId id) override;
  std::vector<accounts::SessionId> not_ended(accounts::AccountId account) override;

 private:
  Clock& clock_;
};

// Another transaction has committed what this one took for absent: the whole of it is to be judged again.
class Overtaken : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class BlockTable final : public accounts::Blocks, private Table {
 public:
  explicit BlockTable(Connection& connection) : Table(connection) {}

  void lock(const accounts::BlockKey& key) override;
  std::optional<accounts::Block> latest(const accounts::BlockKey& key) override;
  std::vector<accounts::Block> active(const std::vector<accounts::BlockKey>& keys,
                                      const std::string& ip) override;
  void insert(const accounts::Block& block) override;
  void lift(accounts::BlockId id, Time now, accounts::BlockSource source,
            std::optional<accounts::AccountId> lifted_by) override;
  void mark_published(const accounts::BlockKey& key, std::int64_t epoch) override;
  std::vector<accounts::BlockKey> unpublished(int limit) override;
  std::vector<accounts::Block> active_after(const std::optional<accounts::BlockKey>& after,
                                            int limit) override;
  bool try_lock_for_seeding() override;
  bool try_lock_for_publishing() override;
  std::int64_t last_epoch() override;
  std::int64_t next_epoch(std::int64_t at_least) override;
};

class EventTable final : public accounts::Events, private Table {
 public:
  EventTable(Connection& connection, Clock& clock, Random& random)
      : Table(connection), clock_(clock), random_(random) {}

  void record(const accounts::Event& event) override;

 private:
  Clock& clock_;
  Random& random_;
};

class OutboxTable final : public accounts::Outbox, private Table {
 public:
  explicit OutboxTable(Connection& connection) : Table(connection) {}

  void insert(const accounts::OutboxRow& row) override;
  std::vector<accounts::OutboxRow> claim(Time now, int limit) override;
  std::optional<Time> next_due() override;
  void sent(accounts::MailId id, Time now) override;
  void retry(accounts::MailId id, Time next_try, const std::string& error) override;
  void dead(accounts::MailId id, Time now, const std::string& error) override;
};

class MailCountTable final : public accounts::MailCounts, private Table {
 public:
  explicit MailCountTable(Connection& connection) : Table(connection) {}

  accounts::MailCount lock(const std::string& address_mac, Time now) override;
  void store(const std::string& address_mac, const accounts::MailCount& count) override;
};

class SigningKeyTable final : public accounts::StoredSigningKeys, private Table {
 public:
  explicit SigningKeyTable(Connection& connection) : Table(connection) {}

  void lock() override;
  std::vector<accounts::SigningKeyRow> all() override;
  void insert(const accounts::SigningKeyRow& row) override;
  void retire(const std::string& kid, Time at) override;
};

}  // namespace gatehouse::store
