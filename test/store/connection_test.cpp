#include "store/connection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "test/support/postgres.hpp"

namespace gatehouse::store {
namespace {

constexpr Statement kInsert{"thing_insert", "insert into thing (n) values ($1)"};
constexpr Statement kCount{"thing_count", "select count(*) from thing"};
constexpr Statement kWide{"wide", "select repeat('x', 100000)"};

class ConnectionTest : public testing::Test {
 protected:
  ConnectionTest() { connection.run("create table thing (n integer primary key)"); }

  // As others see it.
  std::string things() { return test::sql(conninfo, "select count(*) from thing"); }
  std::string state_of(const std::function<void()>& step) {
    try {
      step();
    } catch (const SqlError& failure) {
      return failure.state();
    }
    return "no failure";
  }

  std::string conninfo = test::Postgres::shared().empty_database();
  Connection connection{conninfo};
};

TEST_F(ConnectionTest, SendsWhatWasPostedOnceAnAnswerIsAskedFor) {
  connection.post(kInsert, 1);
  Answer count = connection.post(kCount);
  connection.post(kInsert, 2);
  EXPECT_EQ(things(), "0");
  EXPECT_FALSE(connection.is_idle());
  EXPECT_EQ(count.rows()[0][0].as<int>(), 1) << "each sees what was posted before it";
  EXPECT_EQ(things(), "2");
  EXPECT_TRUE(connection.is_idle());
  EXPECT_EQ(count.rows()[0][0].as<int>(), 1) << "an answer stays";
}

TEST_F(ConnectionTest, TellsTheNextQuestionThatAPostedStatementFailed) {
  connection.execute(kInsert, 1);
  connection.post(kInsert, 1);
  EXPECT_EQ(state_of([&] { connection.execute(kCount); }), "23505");
  EXPECT_EQ(connection.execute(kCount)[0][0].as<int>(), 1);
}

TEST_F(ConnectionTest, PassesOverWhatStandsBehindAFailure) {
  connection.execute(kInsert, 1);
  connection.post(kInsert, 1);
  connection.post(kInsert, 2);
  Answer count = connection.post(kCount);
  EXPECT_EQ(state_of([&] { connection.settle(); }), "23505");
  EXPECT_EQ(things(), "1");
  EXPECT_THROW(count.rows(), std::logic_error);
  EXPECT_EQ(connection.execute(kCount)[0][0].as<int>(), 1) << "it was not prepared, and is now";
}

TEST_F(ConnectionTest, RunsScriptsBetweenStatements) {
  connection.post(kInsert, 1);
  EXPECT_EQ(text(connection.run("insert into thing values (2); select max(n) from thing")[0][0]), "2");
  EXPECT_EQ(state_of([&] { connection.run("no SQL"); }), "42601");
  EXPECT_EQ(connection.execute(kCount)[0][0].as<int>(), 2);
}

TEST_F(ConnectionTest, TakesMoreThanItsBuffersHold) {
  std::vector<Answer> answers;
  for (int i = 0; i < 200; ++i) answers.push_back(connection.post(kWide));
  for (Answer& answer : answers) ASSERT_EQ(answer.rows()[0][0].view().size(), 100'000U);
}

TEST_F(ConnectionTest, IsClosedWhenPostgresqlHasGone) {
  connection.post(kInsert, 1);
  test::sql(conninfo,
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and "
            "pid <> pg_backend_pid()");
  EXPECT_THROW(connection.settle(), SqlError);
  EXPECT_THROW(connection.execute(kCount), SqlError);
  EXPECT_FALSE(connection.is_open());
  EXPECT_EQ(things(), "0");
}

TEST_F(ConnectionTest, SaysWhyItCannotConnect) {
  EXPECT_THAT([] { Connection("host=/nowhere dbname=x"); },
              testing::ThrowsMessage<SqlError>(testing::HasSubstr("/nowhere")));
}

using WorkTest = ConnectionTest;

TEST_F(WorkTest, CommitsWhatWasPosted) {
  {
    Work work(connection);
    connection.execute(kInsert, 1);
    connection.post(kInsert, 2);
    EXPECT_EQ(things(), "0");
    work.commit();
  }
  EXPECT_EQ(things(), "2");
}

TEST_F(WorkTest, IsUndoneUnlessItIsCommitted) {
  {
    Work work(connection);
    connection.execute(kInsert, 1);
    connection.post(kInsert, 2);
  }
  EXPECT_EQ(things(), "0");
  EXPECT_EQ(connection.execute(kCount)[0][0].as<int>(), 0);
}

TEST_F(WorkTest, DoesNotCommitBehindAFailure) {
  {
    Work work(connection);
    connection.execute(kInsert, 1);
    connection.post(kInsert, 1);
    EXPECT_EQ(state_of([&] { work.commit(); }), "23505");
  }
  EXPECT_EQ(things(), "0");
  EXPECT_TRUE(connection.is_idle());
}

TEST_F(WorkTest, IsUndoneEvenIfWhatWasPostedFails) {
  {
    Work work(connection);
    connection.execute(kInsert, 1);
    connection.post(kInsert, 1);
  }
  EXPECT_EQ(things(), "0");
  EXPECT_EQ(text(connection.run("select pg_current_xact_id_if_assigned() is null")[0][0]), "t");
  connection.execute(kInsert, 3);
  EXPECT_EQ(things(), "1") << "no transaction is left open";
}

TEST_F(WorkTest, ThatFailedCannotBeCommitted) {
  Work work(connection);
  connection.execute(kInsert, 1);
  EXPECT_EQ(state_of([&] { connection.execute(kInsert, 1); }), "23505");
  EXPECT_THROW(work.commit(), std::logic_error);
  EXPECT_EQ(things(), "0");
}

}  // namespace
}  // namespace gatehouse::store
