// Device and refresh tokens: what we have made is known again, nothing else is.
#include <gtest/gtest.h>

#include "accounts/device_token.hpp"
#include "accounts/refresh_token.hpp"
#include "jose/base64url.hpp"

namespace gatehouse::accounts {
namespace {

const Secrets kSecrets{Secret(std::string(32, 'm'))};
const Secrets kOthers{Secret(std::string(32, 'n'))};
constexpr Time kNow = from_unix_seconds(1'800'000'000);

// Every token that differs in one bit of what is encoded.
template <typename Check>
void for_each_flipped_bit(std::string_view token, Check&& check) {
  const std::string bytes = jose::base64url_decode(token).value();
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string altered = bytes;
    altered[bit / 8] = static_cast<char>(altered[bit / 8] ^ (1 << bit % 8));
    check(jose::base64url_encode(altered), bit);
  }
}

TEST(DeviceToken, NamesItsBrowser) {
  const BrowserId browser = BrowserId::generate(kNow, system_random());
  const Secret token = make_device_token(browser, kSecrets);
  EXPECT_EQ(read_device_token(token.expose(), kSecrets), browser);
  EXPECT_EQ(jose::base64url_decode(token.expose())->size(), 1U + 16U + 32U);
}

TEST(DeviceToken, AlteredInAnyBitIsNone) {
  const Secret token = make_device_token(BrowserId::generate(kNow, system_random()), kSecrets);
  for_each_flipped_bit(token.expose(), [](const std::string& altered, std::size_t bit) {
    EXPECT_FALSE(read_device_token(altered, kSecrets)) << bit;
  });
}

TEST(DeviceToken, OfAnotherMasterKeyIsNone) {
  const Secret token = make_device_token(BrowserId::generate(kNow, system_random()), kOthers);
  EXPECT_FALSE(read_device_token(token.expose(), kSecrets));
}

TEST(DeviceToken, ThatIsNoTokenIsNone) {
  for (const char* bad : {"", "x", "====", "AAAA"}) EXPECT_FALSE(read_device_token(bad, kSecrets)) << bad;
  EXPECT_FALSE(read_device_token(std::string(100'000, 'A'), kSecrets));
}

TEST(RefreshToken, IsTheSameForTheSameRow) {
  const RefreshToken token{.session = SessionId::generate(kNow, system_random()), .counter = 7};
  const Secret made = make_refresh_token(token, "salt", kSecrets);
  EXPECT_EQ(made.expose(), make_refresh_token(token, "salt", kSecrets).expose());
  EXPECT_EQ(read_refresh_token(made.expose()), token);
  EXPECT_TRUE(is_authentic(made.expose(), "salt", kSecrets));
}

TEST(RefreshToken, HasTheFormOfTheContract) {
  const SessionId session = SessionId::parse("00112233-4455-7677-8899-aabbccddeeff").value();
  const Secret made = make_refresh_token({.session = session, .counter = 0x01020304}, "salt", kSecrets);
  const std::string bytes = jose::base64url_decode(made.expose()).value();
  ASSERT_EQ(bytes.size(), 1U + 2U + 16U + 4U + 32U);
  EXPECT_EQ(bytes.substr(0, 3), std::string("\x01\x00\x01", 3));
  EXPECT_EQ(bytes.substr(3, 16),
            std::string("\x00\x11\x22\x33\x44\x55\x76\x77\x88\x99\xAA\xBB\xCC\xDD\xEE\xFF", 16));
  EXPECT_EQ(bytes.substr(19, 4), "\x01\x02\x03\x04");
}

TEST(RefreshToken, IsOnlyAuthenticWithItsSaltAndSecret) {
  const RefreshToken token{.session = SessionId::generate(kNow, system_random()), .counter = 7};
  const Secret made = make_refresh_token(token, "salt", kSecrets);
  EXPECT_FALSE(is_authentic(made.expose(), "Salt", kSecrets));
  EXPECT_FALSE(is_authentic(made.expose(), "salt", kOthers));
}

TEST(RefreshToken, AlteredInAnyBitIsNotAuthentic) {
  const RefreshToken token{.session = SessionId::generate(kNow, system_random()), .counter = 7};
  const Secret made = make_refresh_token(token, "salt", kSecrets);
  for_each_flipped_bit(made.expose(), [](const std::string& altered, std::size_t bit) {
    EXPECT_FALSE(is_authentic(altered, "salt", kSecrets)) << bit;
  });
}

TEST(RefreshToken, IsNotADeviceTokenNorTheOtherWayRound) {
  const Secret device = make_device_token(BrowserId::generate(kNow, system_random()), kSecrets);
  EXPECT_FALSE(read_refresh_token(device.expose()));
  const Secret refresh = make_refresh_token(
      {.session = SessionId::generate(kNow, system_random()), .counter = 1}, "salt", kSecrets);
  EXPECT_FALSE(read_device_token(refresh.expose(), kSecrets));
}

}  // namespace
}  // namespace gatehouse::accounts
