// The keeper between a real PostgreSQL and a real Redis.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "accounts/device_blocking.hpp"
#include "live/blocks.hpp"
#include "live/keeper.hpp"
#include "test/support/house.hpp"
#include "test/support/redis.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::live {

using namespace std::chrono_literals;
using accounts::DeviceId;
using accounts::Enforcement;
using test::wait_until;

class KeeperTest : public testing::Test {
 protected:
  explicit KeeperTest(const std::string& configuration = "save \"\"\nappendonly no\n")
      : redis(configuration) {}

  void keep() { keeper = std::make_unique<Keeper>(house.database, server(), system_random()); }
  void keep_until_ready() {
    keep();
    ASSERT_TRUE(wait_until([&] { return keeper->state() == "ready"; })) << keeper->state();
  }
  // Pushes come in their order: once the second of two is recorded, all that came before the first is
  // settled.
  void let_it_catch_up() {
    for (const std::string user : {"a-marker", "another-marker"}) {
      redis.cli("SET gatehouse:block:user:" + user + " x");
      ASSERT_TRUE(wait_until([&] { return active(user) == "redis x"; }));
    }
  }
  // Each second the keeper sends itself a message and looks how much Redis has thrown away: between two
  // messages lies a whole look.
  void wait_for_the_next_look() {
    const auto beats = [&] {
      const std::string statistics = redis.cli("INFO commandstats");
      const std::size_t found = statistics.find("cmdstat_publish:calls=");
      return found == std::string::npos ? 0 : std::stoll(statistics.substr(statistics.find('=', found) + 1));
    };
    const long long before = beats();
    ASSERT_TRUE(wait_until([&] { return beats() >= before + 2; }));
  }
  Server server() const { return {.address = Endpoint::parse(redis.address()).value()}; }

  // As the use cases leave it: committed, and published if Redis answers.
  Enforcement block(DeviceId device) {
    return accounts::block_device(ports, me, device, "lost", house.origin).value();
  }
  Enforcement unblock(DeviceId device) {
    return accounts::unblock_device(ports, me, device, house.origin).value();
  }
  static std::string key(DeviceId device) { return accounts::block_key(device).redis_key(); }
  bool in_redis(const std::string& name) const { return redis.cli("EXISTS " + name) == "1"; }
  bool ready() const { return redis.cli("GET gatehouse:ready").starts_with(redis.run_id() + ' '); }
  // 0 while there is no mark.
  std::int64_t epoch() const {
    const std::string mark = redis.cli("GET gatehouse:ready");
    return mark.empty() ? 0 : std::stoll(mark.substr(41));
  }
  std::string active(const std::string& subject) const {
    return house.sql("select source || ' ' || value from block where lifted_at is null and subject = '" +
                     subject + "'");
  }
  // Changes of the block that were taken for an administrator's.
  std::string events_of_redis(DeviceId device) const {
    return house.sql(
        "select count(*) from block where (source = 'redis' or lifted_source = 'redis') and subject = '" +
        device.str() + "'");
  }
  std::string events(const std::string& type) const {
    return house.sql("select count(*) from event where type = '" + type + "'");
  }

  test::House house;
  test::Redis redis;
  RedisBlocks live{server()};
  accounts::Ports ports{house.database,     live,          house.mail,  house.passwords,
                        house.signing_keys, house.secrets, house.rules, system_random()};
  test::Member alice = house.member("alice");
  accounts::Login here = house.sign_in(alice);
  accounts::Login there = house.sign_in(alice);
  accounts::Principal me = house.principal(here);
  std::unique_ptr<Keeper> keeper;
};

}  // namespace gatehouse::live
