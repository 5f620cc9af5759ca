#include "store/database.hpp"

#include <thread>

#include "store/pool.hpp"
#include "store/tables.hpp"
#include "store/tidying.hpp"

namespace gatehouse::store {
namespace {

constexpr int kAttempts = 5;
constexpr std::chrono::milliseconds kPause{5};  // grows with each attempt

constexpr Statement kNow{"now", "select clock_timestamp()"};

class PostgresTransaction final : public accounts::Transaction {
 public:
  PostgresTransaction(pqxx::transaction_base& transaction, Random& random)
      : transaction_(transaction),
        accounts_(transaction),
        challenges_(transaction),
        password_tries_(transaction),
        devices_(transaction),
        sessions_(transaction),
        blocks_(transaction),
        events_(transaction, *this, random),
        outbox_(transaction),
        mail_counts_(transaction),
        signing_keys_(transaction) {}

  Time now() override {
    if (!now_) now_ = time(execute(transaction_, kNow)[0][0]);
    return *now_;
  }

  accounts::Accounts& accounts() override { return accounts_; }
  accounts::Challenges& challenges() override { return challenges_; }
  accounts::PasswordTries& password_tries() override { return password_tries_; }
  accounts::Devices& devices() override { return devices_; }
  accounts::Sessions& sessions() override { return sessions_; }
  accounts::Blocks& blocks() override { return blocks_; }
  accounts::Events& events() override { return events_; }
  accounts::Outbox& outbox() override { return outbox_; }
  accounts::MailCounts& mail_counts() override { return mail_counts_; }
  accounts::StoredSigningKeys& signing_keys() override { return signing_keys_; }

 private:
  pqxx::transaction_base& transaction_;
  std::optional<Time> now_;
  AccountTable accounts_;
  ChallengeTable challenges_;
  PasswordTryTable password_tries_;
  DeviceTable devices_;
  SessionTable sessions_;
  BlockTable blocks_;
  EventTable events_;
  OutboxTable outbox_;
  MailCountTable mail_counts_;
  SigningKeyTable signing_keys_;
};

// What PostgreSQL broke off because it took longer than its limit (its SQLSTATEs for a lock and a statement).
bool took_too_long(const std::exception& failure) {
  const auto* error = dynamic_cast<const pqxx::sql_error*>(&failure);
  return error != nullptr && (error->sqlstate() == "55P03" || error->sqlstate() == "57014");
}

// The server's last word on a connection that an administrator, or its own end, cuts; libpq believes the
// connection to be open still.
bool was_cut(const std::exception& failure) {
  const auto* error = dynamic_cast<const pqxx::sql_error*>(&failure);
  return error != nullptr && error->sqlstate().starts_with("57P0");
}

// Runs `once` until it succeeds; rethrows what cannot be mended by trying again.
template <typename Try>
void persist(Pool& pool, Try&& once) {
  for (int attempt = 1;; ++attempt) {
    Pool::Lease lease = pool.borrow();
    bool committing = false;
    try {
      return once(lease.pq(), committing);
    } catch (const pqxx::serialization_failure& failure) {
      if (attempt == kAttempts) throw unavailable(failure);
    } catch (const pqxx::deadlock_detected& failure) {
      if (attempt == kAttempts) throw unavailable(failure);
    } catch (const Overtaken& failure) {
      if (attempt == kAttempts) throw unavailable(failure);
    } catch (const std::exception& failure) {
      if (took_too_long(failure)) throw unavailable(failure);
      if (lease.usable() && !was_cut(failure)) throw;
      lease.drop();
      // A connection that is lost before COMMIT has changed nothing: PostgreSQL was perhaps restarted while
      // it was idle. One that is lost during COMMIT leaves us in doubt, and the caller must know.
      if (committing || attempt > 1) throw unavailable(failure);
      pool.drop_idle();
      continue;
    }
    std::this_thread::sleep_for(kPause * attempt);
  }
}

}  // namespace

PostgresDatabase::PostgresDatabase(std::string conninfo, PoolLimits limits, Random& random)
    : pool_(std::make_unique<Pool>(std::move(conninfo), limits)), random_(random) {}

PostgresDatabase::~PostgresDatabase() = default;

void PostgresDatabase::check() {
  read([](accounts::Transaction& transaction) { transaction.now(); });
}

void PostgresDatabase::tidy_up() {
  persist(*pool_, [](pqxx::connection& connection, bool& committing) {
    pqxx::work work(connection);
    store::tidy_up(work);
    committing = true;
    work.commit();
  });
}

void PostgresDatabase::run(const Step& step) {
  persist(*pool_, [&](pqxx::connection& connection, bool& committing) {
    pqxx::work work(connection);
    PostgresTransaction transaction(work, random_);
    step(transaction);
    committing = true;
    work.commit();
  });
}

void PostgresDatabase::run_reading(const Step& step) {
  persist(*pool_, [&](pqxx::connection& connection, bool&) {
    pqxx::nontransaction work(connection);
    PostgresTransaction transaction(work, random_);
    step(transaction);
  });
}

}  // namespace gatehouse::store
