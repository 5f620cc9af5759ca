#include "http/query.hpp"

#include <gtest/gtest.h>

namespace gatehouse::http {
namespace {

Query query(const std::string& target) {
  return Query(Request{
      .method = "GET", .target = target, .version = "HTTP/1.1", .headers = {}, .body = {}, .peer = {}});
}

// "<name>:<code>" of each fault.
std::string faults(Query& query) {
  std::string faults;
  if (const std::optional<Problem> problem = query.problem())
    for (const Problem::Member& member : problem->members) faults += member.name + ":" + member.code + " ";
  return faults;
}

TEST(Query, GivesEachParameterByItsName) {
  Query given = query("/things?cursor=a%20b%26c&limit=7&empty=&bare");
  EXPECT_EQ(given.text("cursor"), "a b&c");
  EXPECT_EQ(given.number("limit", 1, 100), 7);
  EXPECT_EQ(given.text("empty"), "");
  EXPECT_EQ(given.text("bare"), "");
  EXPECT_EQ(given.text("other"), std::nullopt);
  EXPECT_EQ(faults(given), "");
}

TEST(Query, OfNoneIsEmpty) {
  for (const char* target : {"/things", "/things?", "/things?&&"}) {
    Query none = query(target);
    EXPECT_EQ(none.text("a"), std::nullopt) << target;
    EXPECT_EQ(faults(none), "") << target;
  }
}

TEST(Query, RefusesWhatItDoesNotKnowAndWhatStandsTwice) {
  Query given = query("/things?a=1&b=2&a=3&%61=4&c=%zz&d=%4");
  EXPECT_EQ(given.text("a"), "4");
  EXPECT_EQ(faults(given),
            "c:malformed_parameter d:malformed_parameter a:duplicate_parameter a:duplicate_parameter "
            "b:unknown_parameter ");
}

TEST(Query, TakesNoNumberThatIsOutOfBoundsOrNone) {
  for (const char* limit :
       {"0", "101", "-1", "1.5", "", "x", "1x", "+1", " 1", "0x10", "99999999999999999999"}) {
    Query given = query(std::string("/things?limit=") + limit);
    EXPECT_EQ(given.number("limit", 1, 100), std::nullopt) << limit;
    EXPECT_EQ(faults(given), "limit:invalid_limit ") << limit;
  }
}

}  // namespace
}  // namespace gatehouse::http
