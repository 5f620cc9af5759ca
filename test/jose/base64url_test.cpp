#include "jose/base64url.hpp"

#include <gtest/gtest.h>

namespace gatehouse::jose {
namespace {

TEST(Base64url, EncodesTheExampleOfRfc7515AppendixC) {
  EXPECT_EQ(base64url_encode("\x03\xec\xff\xe0\xc1"), "A-z_4ME");
}

TEST(Base64url, DecodesWhatItEncodes) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(base64url_decode(base64url_encode(bytes)), bytes);
    bytes += static_cast<char>(i * 7);
  }
}

TEST(Base64url, HasOneSpellingForEachSequenceOfBytes) {
  // "Zg" is "f"; "Zh" … "Zv" would decode to the same byte with trailing bits set.
  EXPECT_EQ(base64url_decode("Zg"), "f");
  EXPECT_FALSE(base64url_decode("Zh"));
  EXPECT_FALSE(base64url_decode("Zm9"));
}

TEST(Base64url, RefusesPaddingWhiteSpaceOtherAlphabetsAndImpossibleLengths) {
  for (const std::string text :
       {"Zg==", "Zg=", "Zm 8", "Zm8\n", "Zm+8", "Zm/8", "A", "AAAAA", "Zm8.", "Z\xC3\xA9"})
    EXPECT_FALSE(base64url_decode(text)) << text;
  EXPECT_FALSE(base64url_decode(std::string("AA\0A", 4)));
}

}  // namespace
}  // namespace gatehouse::jose
