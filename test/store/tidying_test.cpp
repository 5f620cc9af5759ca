#include <gtest/gtest.h>

#include "store/housekeeping.hpp"
#include "test/support/postgres.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::store {
namespace {

using test::sql;

class Tidying : public testing::Test {
 protected:
  void insert_block(const std::string& subject, const std::string& ends_at) {
    sql(conninfo,
        "insert into block (id, kind, subject, value, source, created_at, ends_at) values "
        "(gen_random_uuid(), 'user', '" +
            subject + "', 'x', 'system', now(), " + ends_at + ")");
  }
  void insert_mail(const std::string& sent_at) {
    sql(conninfo,
        "insert into outbox (id, sealed, created_at, next_try_at, sent_at) values (gen_random_uuid(), "
        "case when " +
            sent_at + " is null then 'x'::bytea end, now(), now(), " + sent_at + ")");
  }

  std::string conninfo = test::Postgres::shared().database();
  PostgresDatabase database{conninfo};
};

TEST_F(Tidying, ClosesTheBlocksThatHaveEndedAndNoOther) {
  insert_block("ended", "now() - interval '2 minutes'");
  insert_block("ending", "now() + interval '2 minutes'");
  insert_block("endless", "null");
  database.tidy_up();
  EXPECT_EQ(
      sql(conninfo, "select string_agg(subject, ' ' order by subject) from block where lifted_at is null"),
      "ending endless");
  EXPECT_EQ(
      sql(conninfo, "select count(*) from block where lifted_at = ends_at and published_epoch is not null"),
      "1");
}

TEST_F(Tidying, RemovesMailsThatWereSentLongAgoAndNoOther) {
  insert_mail("now() - interval '8 days'");
  insert_mail("now() - interval '6 days'");
  insert_mail("null::timestamptz");
  database.tidy_up();
  EXPECT_EQ(sql(conninfo, "select count(*) from outbox"), "2");
}

TEST_F(Tidying, ForgetsHowManyMailsAnAddressHadTheDayBeforeYesterday) {
  for (const char* since : {"3 days", "1 day"})
    sql(conninfo, std::string("insert into mail_count (address_mac, since, mails) values ('") + since +
                      "', now() - interval '" + since + "', 3)");
  database.tidy_up();
  EXPECT_EQ(sql(conninfo, "select convert_from(address_mac, 'UTF8') from mail_count"), "1 day");
}

TEST_F(Tidying, WipesTheKeysThatAreRetiredAndNoOther) {
  sql(conninfo,
      "insert into signing_key (kid, algorithm, sealed, created_at, retired_at) values "
      "('used', 'EdDSA', 'x', now(), null), ('ending', 'EdDSA', 'x', now(), now() + interval '1 minute'), "
      "('retired', 'EdDSA', 'x', now(), now() - interval '1 minute')");
  database.tidy_up();
  EXPECT_EQ(sql(conninfo, "select string_agg(kid, ' ' order by kid) from signing_key where sealed <> ''"),
            "ending used");
}

TEST_F(Tidying, MakesRoomForTheComingMonths) {
  sql(conninfo,
      "do $$ declare name text; begin for name in select inhrelid::regclass::text from pg_inherits where "
      "inhparent = 'event'::regclass and inhrelid <> 'event_default'::regclass loop "
      "execute 'drop table ' || name; end loop; end $$");
  const Housekeeper housekeeper(database);
  EXPECT_TRUE(test::wait_until([&] {
    return sql(conninfo, "select count(*) from pg_inherits where inhparent = 'event'::regclass") == "5";
  }));
}

}  // namespace
}  // namespace gatehouse::store
