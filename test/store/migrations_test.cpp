#include "store/migrations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "test/support/postgres.hpp"

namespace gatehouse::store {
namespace {

using test::sql;

class Migrations : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) const {
    test::write_file(folder / name, text);
  }
  std::vector<std::string> apply() const { return apply_migrations(conninfo, folder.path()); }
  // What the exception says.
  std::string failure() const {
    try {
      apply();
    } catch (const std::exception& exception) {
      return exception.what();
    }
    return "none";
  }

  test::TempDir folder;
  std::string conninfo = test::Postgres::shared().empty_database();
};

TEST_F(Migrations, AreAppliedInOrderAndOnce) {
  write("0002_more.sql", "alter table a add column c int; insert into a values (1, 2);");
  write("0001_first.sql", "create table a (b int);");
  write("notes.txt", "not a migration");
  EXPECT_THAT(apply(), testing::ElementsAre("0001_first.sql", "0002_more.sql"));
  EXPECT_THAT(apply(), testing::IsEmpty());
  write("0003_last.sql", "insert into a values (3, 4);");
  EXPECT_THAT(apply(), testing::ElementsAre("0003_last.sql"));
  EXPECT_EQ(sql(conninfo, "select sum(c) from a"), "6");
}

TEST_F(Migrations, LeaveNothingBehindOfOneThatFails) {
  write("0001_first.sql", "create table a (b int);");
  write("0002_bad.sql", "create table c (d int); select nonsense;");
  EXPECT_THAT(failure(), testing::HasSubstr("0002_bad.sql"));
  EXPECT_EQ(sql(conninfo, "select to_regclass('a') is not null and to_regclass('c') is null"), "t");
  write("0002_bad.sql", "create table c (d int);");
  EXPECT_THAT(apply(), testing::ElementsAre("0002_bad.sql"));
}

TEST_F(Migrations, ThatWereChangedAfterwardsAreNoticed) {
  write("0001_first.sql", "create table a (b int);");
  apply();
  write("0001_first.sql", "create table a (b bigint);");
  EXPECT_THAT(failure(), testing::HasSubstr("0001_first.sql was changed"));
}

TEST_F(Migrations, OfANewerReleaseAreNoticed) {
  write("0001_first.sql", "create table a (b int);");
  write("0002_newer.sql", "create table c (d int);");
  apply();
  std::filesystem::remove(folder / "0002_newer.sql");
  EXPECT_THAT(failure(), testing::HasSubstr("0002_newer.sql"));
}

TEST_F(Migrations, OfAnEmptyFolderAreAMistake) {
  EXPECT_THAT(failure(), testing::HasSubstr("no migrations"));
}

TEST_F(Migrations, ByDaemonsThatStartTogetherAreAppliedOnce) {
  std::atomic<std::size_t> applied = 0;
  std::vector<std::thread> daemons;
  for (int i = 0; i < 8; ++i)
    daemons.emplace_back([&] { applied += apply_migrations(conninfo, test::migrations_directory()).size(); });
  for (std::thread& daemon : daemons) daemon.join();
  EXPECT_EQ(std::to_string(applied), sql(conninfo, "select count(*) from schema_migration"));
}

TEST(Schema, MakesThePartitionsOfEventsAhead) {
  const std::string conninfo = test::Postgres::shared().database();
  const std::string count = "select count(*) from pg_inherits where inhparent = 'event'::regclass";
  EXPECT_EQ(sql(conninfo, count), "5") << "this month, three ahead and the default";
  sql(conninfo, "select make_event_partitions(now(), 3)");
  EXPECT_EQ(sql(conninfo, count), "5");
  sql(conninfo, "select make_event_partitions(now() + interval '3 months', 2)");
  EXPECT_EQ(sql(conninfo, count), "7");
}

TEST(Schema, LogsAlsoInAMonthThatNobodyPreparedFor) {
  const std::string conninfo = test::Postgres::shared().database();
  sql(conninfo,
      "insert into event (id, time, type, outcome, reason, identifier, user_agent, token_id, request_id) "
      "values (gen_random_uuid(), now() + interval '5 years', 'login', 'ok', '', '', '', '', '')");
  EXPECT_EQ(sql(conninfo, "select count(*) from event_default"), "1");
}

}  // namespace
}  // namespace gatehouse::store
