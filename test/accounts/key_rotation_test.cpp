#include "accounts/key_rotation.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "test/support/house.hpp"

namespace gatehouse::accounts {
namespace {

using namespace std::chrono_literals;
using test::House;

class KeyRotation : public testing::Test {
 protected:
  Result<Rotation, RotationUnderWay> rotate(std::chrono::seconds lead = 10min) {
    return rotate_signing_key(house.database, house.secrets, house.rules, system_random(), std::nullopt, lead,
                              house.origin);
  }
  void reload() { house.signing_keys.reload(house.database, house.secrets); }
  std::string signer(Time now) const { return house.signing_keys.signer(now).public_key().kid(); }

  House house;
  const std::string old = house.signing_keys.public_keys().keys().front().kid();
};

TEST_F(KeyRotation, PublishesTheKeyAtOnceAndUsesItWhenItsTimeHasCome) {
  const Rotation rotation = rotate().value();
  reload();
  EXPECT_NE(house.signing_keys.jwks().find(rotation.next.kid), std::string::npos);
  EXPECT_NE(house.signing_keys.jwks().find(old), std::string::npos);
  EXPECT_EQ(signer(rotation.next.used_from - 1s), old);
  EXPECT_EQ(signer(rotation.next.used_from), rotation.next.kid);
}

TEST_F(KeyRotation, KeepsTheOldKeyUntilItsLastTokenHasExpired) {
  const Rotation rotation = rotate().value();
  ASSERT_EQ(rotation.retiring.size(), 1U);
  EXPECT_EQ(rotation.retiring.front().kid, old);
  EXPECT_GE(*rotation.retiring.front().retired_at,
            rotation.next.used_from + house.rules.access_life + house.rules.leeway);
}

TEST_F(KeyRotation, DropsTheOldKeyWhenItsTimeIsOver) {
  const Rotation rotation = rotate(1s).value();
  house.sql("update signing_key set retired_at = now(), used_from = used_from where kid = '" + old + "'");
  reload();
  EXPECT_EQ(house.signing_keys.jwks().find(old), std::string::npos);
  EXPECT_EQ(signer(rotation.next.used_from - 1h), rotation.next.kid) << "there is no other";
}

TEST_F(KeyRotation, IsOneOfThoseThatAreAskedForAtTheSameTime) {
  std::atomic<int> done = 0;
  std::vector<std::thread> operators;
  for (int i = 0; i < 8; ++i) operators.emplace_back([&] { done += rotate().has_value() ? 1 : 0; });
  for (std::thread& each : operators) each.join();
  EXPECT_EQ(done, 1);
  EXPECT_EQ(house.sql("select count(*) from signing_key"), "2");
}

TEST_F(KeyRotation, DoesNotLengthenTheLifeOfAKeyThatEndsAlready) {
  (void)rotate(1s);
  house.sql("update signing_key set used_from = now() - interval '1 second' where kid <> '" + old + "'");
  const std::string end = house.sql("select retired_at from signing_key where kid = '" + old + "'");
  ASSERT_TRUE(rotate());
  EXPECT_EQ(house.sql("select retired_at from signing_key where kid = '" + old + "'"), end);
  EXPECT_EQ(house.sql("select count(*) from signing_key where retired_at is null"), "1");
}

TEST_F(KeyRotation, KeepsWhatItHasIfTheKeysCannotBeRead) {
  house.sql("update signing_key set sealed = 'x', used_from = now()");
  EXPECT_THROW(reload(), std::runtime_error);
  house.sql("delete from signing_key");
  EXPECT_THROW(reload(), std::runtime_error);
  EXPECT_EQ(signer(from_unix_seconds(4'000'000'000)), old);
}

}  // namespace
}  // namespace gatehouse::accounts
