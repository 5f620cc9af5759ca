#include "module/spellings.hpp"

#include <gtest/gtest.h>

namespace gatehouse::gate {
namespace {

constexpr Monotonic kNever = Block::kNever;

class SpellingsTest : public testing::Test {
 protected:
  const IpNetwork network_ = IpNetwork::parse("10.0.0.0/8").value();
  const std::string usual_ = "gatehouse:block:ip:10.0.0.0/8";
  const std::string odd_ = "gatehouse:block:ip:10.1.2.3/8";
  Spellings spellings_;
};

TEST_F(SpellingsTest, OfTheUsualKeyAloneNothingIsKept) {
  EXPECT_EQ(Spellings::usual_key(network_), usual_);
  EXPECT_EQ(spellings_.seen(network_, usual_, 50), 50);
  EXPECT_FALSE(spellings_.several(network_));
  EXPECT_EQ(spellings_.gone(network_, usual_), std::nullopt);
}

TEST_F(SpellingsTest, TheUsualKeyIsTakenToBeThereUntilItIsKnown) {
  EXPECT_EQ(spellings_.seen(network_, odd_, 50), kNever);
  EXPECT_TRUE(spellings_.several(network_));
  EXPECT_EQ(spellings_.gone(network_, usual_), 50);
}

TEST_F(SpellingsTest, TheLatestEndCounts) {
  spellings_.seen(network_, odd_, 50);
  EXPECT_EQ(spellings_.seen(network_, usual_, 30), 50);
  EXPECT_EQ(spellings_.seen(network_, usual_, 70), 70);
  EXPECT_EQ(spellings_.seen(network_, "gatehouse:block:ip:10.9.9.9/8", 60), 70);
  EXPECT_EQ(spellings_.gone(network_, usual_), 60);
}

TEST_F(SpellingsTest, TheLastKeyEndsIt) {
  spellings_.seen(network_, odd_, 50);
  spellings_.gone(network_, usual_);
  EXPECT_EQ(spellings_.gone(network_, odd_), std::nullopt);
  EXPECT_FALSE(spellings_.several(network_));
}

}  // namespace
}  // namespace gatehouse::gate
