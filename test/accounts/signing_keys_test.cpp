#include "accounts/signing_keys.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "test/support/house.hpp"

namespace gatehouse::accounts {
namespace {

using test::House;

constexpr Time kLater = from_unix_seconds(4'000'000'000);

TEST(SigningKeys, AreMadeOnceAndFoundAgain) {
  House house;
  const SigningKeys again = SigningKeys::load(house.database, house.secrets, system_random());
  EXPECT_EQ(again.signer(kLater).public_key().kid(), house.signing_keys.signer(kLater).public_key().kid());
  EXPECT_EQ(again.jwks(), house.signing_keys.jwks());
  EXPECT_EQ(house.sql("select count(*) from signing_key"), "1");
}

TEST(SigningKeys, AreOneForDaemonsThatStartTogether) {
  House house;
  house.sql("delete from signing_key");
  std::vector<std::thread> daemons;
  for (int i = 0; i < 8; ++i)
    daemons.emplace_back([&] { (void)SigningKeys::load(house.database, house.secrets, system_random()); });
  for (std::thread& daemon : daemons) daemon.join();
  EXPECT_EQ(house.sql("select count(*) from signing_key"), "1");
}

TEST(SigningKeys, AreSealedUnderTheMasterKey) {
  House house;
  const Secrets others{Secret(std::string(32, 'x'))};
  EXPECT_THROW((void)SigningKeys::load(house.database, others, system_random()), std::runtime_error);
  const std::string pkcs8(house.signing_keys.signer(kLater).pkcs8().expose());
  EXPECT_EQ(house.sql("select count(*) from signing_key where position('\\x302e0201'::bytea in sealed) > 0"),
            "0");
  EXPECT_EQ(pkcs8.substr(0, 4), "\x30\x2e\x02\x01");
}

TEST(SigningKeys, CannotBeMovedToAnotherName) {
  House house;
  house.sql("update signing_key set kid = 'other'");
  EXPECT_THROW((void)SigningKeys::load(house.database, house.secrets, system_random()), std::runtime_error);
}

TEST(SigningKeys, PublishNoPrivatePart) {
  House house;
  EXPECT_EQ(house.signing_keys.jwks().find("\"d\""), std::string::npos);
  EXPECT_NE(house.signing_keys.jwks().find(house.signing_keys.signer(kLater).public_key().kid()),
            std::string::npos);
}

}  // namespace
}  // namespace gatehouse::accounts
