#include "test/bench/pgbench.hpp"

#include <gtest/gtest.h>

namespace gatehouse::bench {
namespace {

constexpr const char* kFirstId = "0199aaaa-0000-7000-8000-000000000001";
constexpr const char* kSecondId = "0199aaaa-0000-7000-8000-000000000002";

TEST(PgbenchClient, AsksWhatTheDaemonAsked) {
  const std::vector<LoggedStatement> statements{{"BEGIN", {}},
                                                {"select $1::uuid, $2", {{kFirstId}, {"it's"}}}};
  const PgbenchClient client(statements, statements);
  EXPECT_EQ(client.script, "BEGIN;\nselect :s1p1::uuid, :s1p2;\n");
  EXPECT_EQ(client.variables, (decltype(client.variables){{"s1p2", "it's"}, {"s1p1", kFirstId}}));
}

TEST(PgbenchClient, GoesOnCountingWhereTheDaemonCounted) {
  const PgbenchClient client({{"update $1 $2", {{"7"}, {"7"}}}}, {{"update $1 $2", {{"8"}, {"7"}}}});
  EXPECT_EQ(client.script, "update :s0p1 :s0p2;\n\\set s0p1 :s0p1 + 1\n");
  EXPECT_EQ(client.variables, (decltype(client.variables){{"s0p2", "7"}, {"s0p1", "9"}}));
}

TEST(PgbenchClient, MakesNewIdsAsTheDaemonDoes) {
  const PgbenchClient client({{"insert $1", {{kFirstId}}}}, {{"insert $1", {{kSecondId}}}});
  EXPECT_EQ(client.script, "insert gen_random_uuid();\n");
}

TEST(PgbenchClient, WritesNullsAndEmptyTextsOut) {
  const std::vector<LoggedStatement> statements{
      {"select $1, $2, $10", {{}, {""}, {}, {}, {}, {}, {}, {}, {}, {"ten"}}}};
  EXPECT_EQ(PgbenchClient(statements, statements).script, "select null, '', :s0p10;\n");
}

TEST(PgbenchClient, WantsTwoEqualRequests) {
  EXPECT_THROW(PgbenchClient({{"BEGIN", {}}}, {{"BEGIN", {}}, {"COMMIT", {}}}), std::runtime_error);
}

}  // namespace
}  // namespace gatehouse::bench
