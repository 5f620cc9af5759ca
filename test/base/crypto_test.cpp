#include "base/crypto.hpp"

#include <gtest/gtest.h>

#include "base/hex.hpp"

namespace gatehouse {
namespace {

TEST(Crypto, Sha256OfTheExampleOfFips180) {
  EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Crypto, HmacOfRfc4231TestCase2) {
  EXPECT_EQ(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Crypto, HkdfOfRfc5869TestCase3) {
  const Secret key(std::string(22, '\x0b'));
  EXPECT_EQ(to_hex(hkdf_sha256(key, "", 42).expose()),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST(Crypto, ComparesSizesAndBytes) {
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_in_constant_time("abc", "ab"));
}

class Sealing : public testing::Test {
 protected:
  const Secret key_{std::string(32, 'k')};
  const std::string box_ = seal(key_, "row 1", "the plain text", system_random());
};

TEST_F(Sealing, OpensWhatItSealed) {
  const auto plain = open_sealed(key_, "row 1", box_);
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->expose(), "the plain text");
  EXPECT_TRUE(open_sealed(key_, "", seal(key_, "", "", system_random())));
}

TEST_F(Sealing, RefusesEveryFlippedBitAndTruncation) {
  for (std::size_t i = 0; i < box_.size() * 8; ++i) {
    std::string altered = box_;
    altered[i / 8] = static_cast<char>(altered[i / 8] ^ 1 << i % 8);
    EXPECT_FALSE(open_sealed(key_, "row 1", altered));
  }
  for (std::size_t size = 0; size < box_.size(); ++size)
    EXPECT_FALSE(open_sealed(key_, "row 1", box_.substr(0, size)));
}

TEST_F(Sealing, RefusesAnotherKeyOrPlace) {
  EXPECT_FALSE(open_sealed(Secret(std::string(32, 'K')), "row 1", box_));
  EXPECT_FALSE(open_sealed(key_, "row 2", box_));
}

TEST_F(Sealing, NeverGivesTheSameBoxTwice) {
  EXPECT_NE(seal(key_, "row 1", "the plain text", system_random()), box_);
}

}  // namespace
}  // namespace gatehouse
