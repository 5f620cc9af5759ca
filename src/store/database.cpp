#include "store/database.hpp"

#include <thread>

#include "store/clock.hpp"
#include "store/pool.hpp"
#include "store/tables.hpp"
#include "store/tidying.hpp"

namespace gatehouse::store {
namespace {

constexpr int kAttempts = 5;
constexpr std::chrono::milliseconds kPause{5};  // grows with each attempt

class PostgresTransaction final : public accounts::Transaction {
 public:
  PostgresTransaction(Connection& connection, Random& random)
      : clock_(connection),
        accounts_(connection),
        challenges_(connection),
        password_tries_(connection),
        devices_(connection),
        sessions_(connection, clock_),
        blocks_(connection),
        events_(connection, clock_, random),
        outbox_(connection),
        mail_counts_(connection),
        signing_keys_(connection) {}

  void ask_now() override { clock_.ask(); }
  Time now() override { return clock_.now(); }

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
  Clock clock_;
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

// PostgreSQL's word on a failure; empty if it is somebody else's.
std::string state_of(const std::exception& failure) {
  const auto* error = dynamic_cast<const SqlError*>(&failure);
  return error == nullptr ? std::string() : error->state();
}

// Broken off in favour of another transaction: a serialization failure, a deadlock, or by ourselves.
bool gave_way(const std::exception& failure) {
  const std::string state = state_of(failure);
  return state == "40001" || state == "40P01" || dynamic_cast<const Overtaken*>(&failure) != nullptr;
}

// A lock or a statement has taken longer than its limit.
bool took_too_long(const std::string& state) {
  return state == "55P03" || state == "57014";
}

// The server's last word on a connection that an administrator, or its own end, cuts; libpq may believe the
// connection to be open still.
bool was_cut(const std::string& state) {
  return state.starts_with("57P0");
}

// Runs `once` until it succeeds; rethrows what cannot be mended by trying again.
template <typename Try>
void persist(Pool& pool, Try&& once) {
  for (int attempt = 1;; ++attempt) {
    Pool::Lease lease = pool.borrow();
    bool committing = false;
    try {
      return once(*lease, committing);
    } catch (const std::exception& failure) {
      const std::string state = state_of(failure);
      if (took_too_long(state)) throw unavailable(failure);
      if (gave_way(failure)) {
        if (attempt == kAttempts) throw unavailable(failure);
        std::this_thread::sleep_for(kPause * attempt);
        continue;
      }
      if (lease->is_open() && !was_cut(state)) throw;
      lease.drop();
      // A connection that is lost before COMMIT has changed nothing: PostgreSQL was perhaps restarted while
      // it was idle. One that is lost during COMMIT leaves us in doubt, and the caller must know.
      if (committing || attempt > 1) throw unavailable(failure);
      pool.drop_idle();
    }
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
  persist(*pool_, [](Connection& connection, bool& committing) {
    Work work(connection);
    store::tidy_up(connection);
    committing = true;
    work.commit();
  });
}

void PostgresDatabase::run(const Step& step) {
  persist(*pool_, [&](Connection& connection, bool& committing) {
    Work work(connection);
    PostgresTransaction transaction(connection, random_);
    step(transaction);
    committing = true;
    work.commit();
  });
}

void PostgresDatabase::run_reading(const Step& step) {
  persist(*pool_, [&](Connection& connection, bool&) {
    PostgresTransaction transaction(connection, random_);
    step(transaction);
    connection.settle();
  });
}

}  // namespace gatehouse::store
