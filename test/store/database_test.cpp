#include "store/database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>

#include "test/support/postgres.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::store {
namespace {

using accounts::Transaction;
using test::Postgres;
using test::sql;

constexpr Time kNow = from_unix_seconds(1'795'170'910);

accounts::OutboxRow row() {
  return {
      .id = accounts::MailId::generate(kNow, system_random()), .sealed = "x", .created_at = kNow, .tries = 0};
}

class DatabaseTest : public testing::Test {
 protected:
  std::string rows() { return sql(conninfo, "select count(*) from outbox"); }
  void end_backends() {
    sql(conninfo,
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and "
        "pid <> pg_backend_pid()");
  }

  std::string conninfo = Postgres::shared().database();
  PostgresDatabase database{conninfo, {.connections = 4, .wait = std::chrono::milliseconds(200)}};
};

TEST_F(DatabaseTest, CommitsWhatWasDone) {
  database.transaction([](Transaction& transaction) { transaction.outbox().insert(row()); });
  EXPECT_EQ(rows(), "1");
}

TEST_F(DatabaseTest, UndoesWhatThrew) {
  EXPECT_THROW(database.transaction([](Transaction& transaction) {
    transaction.outbox().insert(row());
    throw std::logic_error("no");
  }),
               std::logic_error);
  EXPECT_EQ(rows(), "0");
  database.check();
}

TEST_F(DatabaseTest, TellsTheTimeOfPostgresqlOnceForATransaction) {
  const Time before = std::chrono::floor<Duration>(std::chrono::system_clock::now());
  database.transaction([&](Transaction& transaction) {
    const Time now = transaction.now();
    EXPECT_LE(std::chrono::abs(now - before), std::chrono::minutes(1));
    ASSERT_TRUE(test::wait_until(
        [&] { return database.read([](Transaction& later) { return later.now(); }) > now; }));
    EXPECT_EQ(transaction.now(), now);
  });
}

TEST_F(DatabaseTest, TriesAgainAfterADeadlock) {
  const accounts::OutboxRow a = row();
  const accounts::OutboxRow b = row();
  database.transaction([&](Transaction& transaction) {
    transaction.outbox().insert(a);
    transaction.outbox().insert(b);
  });
  std::latch both(2);
  std::atomic<int> runs = 0;
  const auto cross = [&](const accounts::OutboxRow& first, const accounts::OutboxRow& second) {
    bool waited = false;
    database.transaction([&](Transaction& transaction) {
      ++runs;
      transaction.outbox().retry(first.id, kNow, "");
      if (!std::exchange(waited, true)) both.arrive_and_wait();
      transaction.outbox().retry(second.id, kNow, "");
    });
  };
  std::thread other([&] { cross(b, a); });
  cross(a, b);
  other.join();
  EXPECT_GE(runs, 3) << "the one that was broken off may meet the other again";
  EXPECT_EQ(sql(conninfo, "select sum(tries) from outbox"), "4");
}

TEST_F(DatabaseTest, ReplacesConnectionsThatBrokeWhileIdle) {
  for (int i = 0; i < 3; ++i) {
    database.check();
    end_backends();
    database.transaction([](Transaction& transaction) { transaction.outbox().insert(row()); });
  }
  EXPECT_EQ(rows(), "3");
}

TEST_F(DatabaseTest, DoesNothingTwiceWhenTheConnectionBreaksInTheMiddle) {
  bool first = true;
  database.transaction([&](Transaction& transaction) {
    transaction.outbox().insert(row());
    if (std::exchange(first, false)) end_backends();
    transaction.outbox().insert(row());
  });
  EXPECT_EQ(rows(), "2");
}

// A trigger that ends its own backend at COMMIT: nobody can tell from outside whether it took place.
TEST_F(DatabaseTest, ThrowsWhenACommitIsInDoubt) {
  sql(conninfo,
      "create function die() returns trigger language plpgsql as "
      "$$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$");
  sql(conninfo,
      "create constraint trigger die after insert on outbox deferrable initially deferred for each row "
      "execute "
      "function die()");
  int runs = 0;
  EXPECT_THROW(database.transaction([&](Transaction& transaction) {
    ++runs;
    transaction.outbox().insert(row());
  }),
               Unavailable);
  EXPECT_EQ(runs, 1) << "it must not be tried again";
  sql(conninfo, "drop trigger die on outbox");
  database.check();
}

TEST_F(DatabaseTest, IsUnavailableWhenALockTakesTooLong) {
  PostgresDatabase impatient(conninfo, {.lock_timeout = std::chrono::milliseconds(50)});
  const accounts::BlockKey key{accounts::BlockKind::kUser, "42"};
  database.transaction([&](Transaction& transaction) {
    transaction.blocks().lock(key);
    EXPECT_THROW(impatient.transaction([&](Transaction& other) { other.blocks().lock(key); }), Unavailable);
  });
}

TEST_F(DatabaseTest, LendsNoMoreConnectionsThanItHas) {
  std::latch lent(4);
  std::latch done(1);
  std::vector<std::thread> borrowers;
  for (int i = 0; i < 4; ++i)
    borrowers.emplace_back([&] {
      database.read([&](Transaction& transaction) {
        transaction.now();
        lent.count_down();
        done.wait();
      });
    });
  lent.wait();
  EXPECT_THROW(database.check(), Unavailable);
  done.count_down();
  for (std::thread& borrower : borrowers) borrower.join();
  EXPECT_NO_THROW(database.check());
}

TEST_F(DatabaseTest, WantsCommitsThatLast) {
  sql(conninfo,
      "do $$ begin execute 'alter database ' || current_database() || ' set synchronous_commit to off'; end "
      "$$");
  PostgresDatabase careless(conninfo);
  try {
    careless.check();
    ADD_FAILURE() << "synchronous_commit = off was taken";
  } catch (const std::runtime_error& failure) {
    EXPECT_THAT(failure.what(), testing::HasSubstr("synchronous_commit is off"));
  }
}

TEST(DatabaseAway, IsUnavailableAndComesBack) {
  Postgres cluster;
  const std::string conninfo = cluster.database();
  PostgresDatabase database(conninfo);
  database.transaction([](Transaction& transaction) { transaction.outbox().insert(row()); });
  cluster.kill();
  const auto unavailable = [&] {
    try {
      database.check();
    } catch (const Unavailable&) {
      return true;
    }
    return false;
  };
  EXPECT_TRUE(test::wait_until(unavailable)) << "backends outlive the postmaster by a moment";
  cluster.start();
  database.transaction([](Transaction& transaction) { transaction.outbox().insert(row()); });
  EXPECT_EQ(sql(conninfo, "select count(*) from outbox"), "2") << "what was committed is there after kill -9";
}

}  // namespace
}  // namespace gatehouse::store
