// Accidents of Redis, while a blocked device and a good one ask without pause: the one never passes, the
// other always does.

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "test/e2e/gate.hpp"
#include "test/e2e/watch.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::test {
namespace {

class GateFaults : public testing::Test {
 protected:
  GateFaults() {
    gate_.start();
    gate_.block("device:device-1");
    EXPECT_TRUE(gate_.becomes(403));
    thief_ = std::make_unique<Watch>(gate_, 403);
    owner_ = std::make_unique<Watch>(gate_, 200, good_);
  }

  void expect_neither_noticed() {
    EXPECT_EQ(thief_->finish(), 0) << "the blocked device";
    EXPECT_EQ(owner_->finish(), 0) << "the good one";
  }
  // A block of another device arrives: the gate has caught up with Redis.
  void expect_the_link_works() {
    const std::string name = "device-" + std::to_string(++others_ + 100);
    gate_.block("device:" + name);
    EXPECT_TRUE(gate_.becomes(403, "/app/", gate_.tokens().bearer({{"did", '"' + name + '"'}})));
  }
  bool log_says(const std::string& words) {
    return wait_until([&] { return gate_.nginx().error_log().find(words) != std::string::npos; });
  }

  Gate gate_;
  const std::string good_ = gate_.tokens().bearer({{"did", R"("device-2")"}});
  std::unique_ptr<Watch> thief_;
  std::unique_ptr<Watch> owner_;
  int others_ = 0;
};

TEST_F(GateFaults, ItsConnectionsAreCut) {
  for (int i = 0; i < 10; ++i) {
    gate_.redis().cli("CLIENT KILL TYPE " + std::string(i % 2 == 0 ? "pubsub" : "normal"));
    expect_the_link_works();
  }
  expect_neither_noticed();
}

TEST_F(GateFaults, ItHangs) {
  gate_.redis().freeze();
  EXPECT_TRUE(log_says("no link to Redis"));
  gate_.redis().thaw();
  expect_the_link_works();
  expect_neither_noticed();
}

TEST_F(GateFaults, ItIsStoppedAndComesBackEmpty) {
  for (int i = 0; i < 3; ++i) {
    gate_.redis().kill();
    EXPECT_TRUE(log_says("no link to Redis"));
    gate_.redis().start();
    expect_the_link_works();
  }
  expect_neither_noticed();
}

TEST_F(GateFaults, ItComesBackWithAnOldSnapshot) {
  gate_.unblock("device:device-1");
  thief_.reset();
  ASSERT_TRUE(gate_.becomes(200));
  gate_.redis().cli("SAVE");
  gate_.block("device:device-1");
  ASSERT_TRUE(gate_.becomes(403));
  Watch thief(gate_, 403);
  gate_.redis().kill();
  gate_.redis().start();
  ASSERT_NE(gate_.redis().cli("GET gatehouse:ready"), "")
      << "the snapshot has a mark, but of the server before";
  expect_the_link_works();
  EXPECT_EQ(thief.finish(), 0);
  EXPECT_EQ(owner_->finish(), 0);
}

TEST_F(GateFaults, ItIsFlushed) {
  for (int i = 0; i < 5; ++i) {
    gate_.redis().cli(i % 2 == 0 ? "FLUSHALL" : "FLUSHDB");
    expect_the_link_works();
  }
  expect_neither_noticed();
}

TEST_F(GateFaults, ItsDatabasesAreSwapped) {
  gate_.redis().cli("SWAPDB 0 1");
  EXPECT_TRUE(log_says("\"gatehouse:ready\" is missing"));
  expect_the_link_works();
  expect_neither_noticed();
}

// Nobody is there to set the key again, so it stays blocked for want of a better knowledge.
TEST_F(GateFaults, ItThrowsKeysAway) {
  // Of all keys only the block may go.
  gate_.redis().cli("EXPIRE gatehouse:block:device:device-1 1000");
  gate_.redis().cli("CONFIG SET maxmemory-policy volatile-random maxmemory 3mb");
  ASSERT_TRUE(wait_until([&] {
    gate_.redis().cli(
        "EVAL \"for i = 1, 200 do redis.call('SET', 'x' .. math.random(1e9), string.rep('x', 1000)) end\" 0");
    return gate_.redis().cli("EXISTS gatehouse:block:device:device-1") == "0";
  }));
  EXPECT_TRUE(log_says("noeviction"));
  gate_.redis().cli("CONFIG SET maxmemory 0");
  expect_the_link_works();
  expect_neither_noticed();
  gate_.redis().set_ready(2);
  EXPECT_TRUE(gate_.becomes(200)) << "a complete set without it";
}

// The other database says that it is complete, too: nothing tells the gate but its own look.
TEST_F(GateFaults, ItsDatabasesAreSwappedUnnoticed) {
  thief_.reset();
  std::string http = gate_.declarations() + Gate::kServer;
  http.insert(http.find(gate_.redis().address()) + gate_.redis().address().size(), " reconcile=200ms");
  gate_.nginx().reload(http);
  gate_.redis().cli("-n 1 SET gatehouse:block:device:device-7 lost");
  gate_.redis().cli("-n 1 SET gatehouse:ready '" + gate_.redis().cli("GET gatehouse:ready") + "'");
  const std::string seventh = gate_.tokens().bearer({{"did", R"("device-7")"}});
  // Its push has named no database.
  ASSERT_TRUE(gate_.becomes(200, "/app/", seventh));
  gate_.redis().cli("SWAPDB 0 1");
  EXPECT_TRUE(gate_.becomes(403, "/app/", seventh));
  EXPECT_TRUE(gate_.becomes(200));
  EXPECT_EQ(owner_->finish(), 0);
}

}  // namespace
}  // namespace gatehouse::test
