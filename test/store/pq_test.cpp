#include "store/pq.hpp"

#include <gtest/gtest.h>

#include "store/connection.hpp"
#include "test/support/postgres.hpp"

namespace gatehouse::store {
namespace {

TEST(Timestamp, IsReadAsPostgresqlWritesIt) {
  const Time time = from_unix_microseconds(1'795'170'910'250'001);
  EXPECT_EQ(timestamp_text(time), "2026-11-20 10:35:10.250001+00");
  EXPECT_EQ(parse_timestamp("2026-11-20 10:35:10.250001+00"), time);
  EXPECT_EQ(parse_timestamp("2026-11-20 10:35:10.25+00"), time - Duration(1));
  EXPECT_EQ(parse_timestamp("2026-11-20 10:35:10+00"), time - Duration(250'001));
}

TEST(Timestamp, OfAnotherZoneOrFormIsRefused) {
  for (const char* bad : {"", "2026-11-20", "2026-11-20 10:35:10", "2026-11-20 09:15:10+01", "infinity",
                          "2026-11-20 10:35:10.25", "20 Nov 2026 09:15:10+00"})
    EXPECT_THROW((void)parse_timestamp(bad), std::runtime_error) << bad;
}

TEST(Values, ComeBackFromPostgresqlAsTheyWent) {
  Connection connection(test::Postgres::shared().empty_database());
  connection.run("set timezone to 'UTC'");
  const std::vector<std::string> words{"", "a b", "comma, brace } \" quote \\ slash", "NULL", "\xC3\xA4"};
  const std::string every_byte = [] {
    std::string bytes;
    for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
    return bytes;
  }();
  const Time now = from_unix_microseconds(1'795'170'910'250'001);
  constexpr Statement kEcho{"echo",
                            "select $1::timestamptz, $2::text[], $3::bytea, $4::uuid, $5::text, $6::inet"};
  const accounts::AccountId id = accounts::AccountId::generate(now, system_random());
  const Rows rows = connection.execute(kEcho, now, words, bytes(every_byte), std::optional(id),
                                       std::optional<std::string>(), address(""));
  EXPECT_EQ(time(rows[0][0]), now);
  EXPECT_EQ(texts(rows[0][1]), words);
  EXPECT_EQ(bytes(rows[0][2]), every_byte);
  EXPECT_EQ(optional_id<accounts::AccountId>(rows[0][3]), id);
  EXPECT_TRUE(rows[0][4].is_null());
  EXPECT_EQ(text(rows[0][5]), "");
}

}  // namespace
}  // namespace gatehouse::store
