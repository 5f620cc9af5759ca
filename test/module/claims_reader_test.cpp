#include "module/claims_reader.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "test/support/tokens.hpp"

namespace gatehouse::gate {
namespace {

class ClaimsReaderTest : public testing::Test {
 protected:
  // As verify_token() would hand it out.
  std::string find(const std::string& text, const std::vector<std::string>& path) {
    const std::optional<std::string_view> found =
        reader_.find({.facts = {}, .issuer = nullptr, .text = text}, path);
    return found ? std::string(*found) : "(none)";
  }

  test::TokenMaker maker_;
  ClaimsReader reader_;
};

TEST_F(ClaimsReaderTest, GivesStringsAsTheyAreAndAllElseAsJson) {
  const std::string token = maker_.token({{"plan", R"("g\"o\u00e9ld")"},
                                          {"roles", R"(["a", "b"])"},
                                          {"level", "3"},
                                          {"admin", "false"},
                                          {"empty", R"("")"}});
  EXPECT_EQ(find(token, {"plan"}), "g\"o\u00e9ld");
  EXPECT_EQ(find(token, {"roles"}), R"(["a","b"])");
  EXPECT_EQ(find(token, {"level"}), "3");
  EXPECT_EQ(find(token, {"admin"}), "false");
  EXPECT_EQ(find(token, {"empty"}), "");
  EXPECT_EQ(find(token, {"missing"}), "(none)");
}

TEST_F(ClaimsReaderTest, FollowsAPath) {
  const std::string token =
      maker_.token({{"realm_access", R"({"roles":["x"],"deep":{"er":"y","none":null}})"}, {"a.b", "1"}});
  EXPECT_EQ(find(token, {"realm_access", "roles"}), R"(["x"])");
  EXPECT_EQ(find(token, {"realm_access", "deep", "er"}), "y");
  EXPECT_EQ(find(token, {"a.b"}), "1");
  for (const std::vector<std::string>& path :
       std::vector<std::vector<std::string>>{{"realm_access", "deep", "none"},
                                             {"realm_access", "deep", "er", "more"},
                                             {"sub", "x"},
                                             {"a", "b"},
                                             {}})
    EXPECT_EQ(find(token, path), "(none)");
}

TEST_F(ClaimsReaderTest, TellsTokensInTheSameMemoryApart) {
  std::string memory = maker_.token({{"sub", R"("user-1")"}});
  EXPECT_EQ(find(memory, {"sub"}), "user-1");
  const std::string other = maker_.token({{"sub", R"("user-2")"}});
  ASSERT_EQ(memory.size(), other.size());
  memory.replace(0, memory.size(), other);
  EXPECT_EQ(find(memory, {"sub"}), "user-2");
}

TEST_F(ClaimsReaderTest, AfterATokenThatCannotBeReadTheNextIsReadAnew) {
  const std::string good = maker_.token();
  EXPECT_EQ(find(good, {"sub"}), "user-1");
  EXPECT_THROW(find("x.!.x", {"sub"}), std::runtime_error);
  EXPECT_THROW(find("x.e31.x", {"sub"}), std::runtime_error);
  EXPECT_EQ(find(good, {"sub"}), "user-1");
}

}  // namespace
}  // namespace gatehouse::gate
