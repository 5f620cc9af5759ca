// Blocks: that they bite in every worker, that they end, and that no accident of Redis or of the helper opens
// a gap.

#include <gtest/gtest.h>
#include <signal.h>

#include <ctime>

#include "test/e2e/gate.hpp"
#include "test/e2e/watch.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::test {
namespace {

class GateBlocks : public testing::Test {
 protected:
  // Each test breaks something, so each has its own.
  GateBlocks() { gate_.start(); }

  std::string refusal(const std::string& bearer = "") {
    const HttpResponse response =
        gate_.nginx().get("/app/", {bearer.empty() ? gate_.tokens().bearer() : bearer});
    return std::to_string(response.status) + ' ' + code_of(response);
  }
  bool opens() { return gate_.becomes(200); }

  Gate gate_;
};

TEST_F(GateBlocks, APlainSetBitesInEveryWorkerAndDelUndoesIt) {
  for (const auto& [key, code] : {std::pair{"device:device-1", "device_blocked"},
                                  {"session:session-1", "session_blocked"},
                                  {"user:user-1", "user_blocked"},
                                  {"token:token-1", "token_blocked"}}) {
    gate_.block(key);
    EXPECT_TRUE(gate_.becomes(403)) << key;
    EXPECT_EQ(refusal(), std::string("403 ") + code);
    gate_.expect_in_every_worker(403);
    gate_.unblock(key);
    EXPECT_TRUE(opens()) << key;
    gate_.expect_in_every_worker(200);
  }
}

TEST_F(GateBlocks, OtherDevicesGoOn) {
  gate_.block("device:device-2");
  gate_.block("device:device-1x");
  gate_.block("device:");
  gate_.block("session:device-1");
  gate_.block("user:device-1");
  EXPECT_TRUE(gate_.becomes(403, "/app/", gate_.tokens().bearer({{"did", R"("device-2")"}})));
  gate_.expect_in_every_worker(200);
}

TEST_F(GateBlocks, BeforeRefusesTheTokensThatWereIssuedUpToThen) {
  const std::int64_t now = std::time(nullptr);
  gate_.block("user:user-1", "before=" + std::to_string(now - 10));
  EXPECT_TRUE(gate_.becomes(403, "/app/", gate_.tokens().bearer({{"iat", std::to_string(now - 10)}})));
  EXPECT_EQ(gate_.status("/app/", gate_.tokens().bearer({{"iat", std::to_string(now - 9)}})), 200);
  gate_.block("user:user-1", "before=nonsense");
  EXPECT_TRUE(gate_.becomes(403, "/app/", gate_.tokens().bearer({{"iat", std::to_string(now - 9)}})));
}

TEST_F(GateBlocks, EndWithTheKey) {
  gate_.redis().cli("SET gatehouse:block:device:device-1 lost PX 300");
  EXPECT_TRUE(gate_.becomes(403));
  EXPECT_TRUE(opens());
  gate_.redis().cli("SET gatehouse:block:device:device-1 lost PX 100000");
  EXPECT_TRUE(gate_.becomes(403));
  gate_.redis().cli("PEXPIRE gatehouse:block:device:device-1 200");
  EXPECT_TRUE(opens());
}

TEST_F(GateBlocks, FollowEveryWayToChangeAKey) {
  gate_.redis().cli("SET other x");
  gate_.redis().cli("RENAME other gatehouse:block:device:device-1");
  EXPECT_TRUE(gate_.becomes(403));
  gate_.redis().cli("RENAME gatehouse:block:device:device-1 gatehouse:block:device:device-2");
  EXPECT_TRUE(opens());
  gate_.redis().cli("EVAL \"redis.call('SET', KEYS[1], 'x')\" 1 gatehouse:block:device:device-1");
  EXPECT_TRUE(gate_.becomes(403));
  gate_.redis().cli("UNLINK gatehouse:block:device:device-1");
  EXPECT_TRUE(opens());
  gate_.redis().cli("HSET gatehouse:block:device:device-1 why lost");
  EXPECT_TRUE(gate_.becomes(403)) << "a key of another type is a block, too";
}

TEST_F(GateBlocks, OutliveAFlushUntilTheSetIsCompleteAgain) {
  gate_.block("device:device-1");
  ASSERT_TRUE(gate_.becomes(403));
  Watch watch(gate_, 403);
  gate_.redis().cli("FLUSHALL");
  gate_.redis().cli("SET gatehouse:block:device:device-1 again");
  gate_.redis().set_ready(2);
  // The set is complete now and holds this device; a push of another key proves that the gate has come so
  // far.
  gate_.block("user:user-2");
  EXPECT_TRUE(
      gate_.becomes(403, "/app/", gate_.tokens().bearer({{"sub", R"("user-2")"}, {"did", R"("d")"}})));
  EXPECT_EQ(watch.finish(), 0);
  gate_.redis().cli("FLUSHALL");
  gate_.redis().set_ready(3);
  EXPECT_TRUE(opens()) << "a complete set without the device has no block of it";
}

TEST_F(GateBlocks, OutliveARedisThatComesBackEmpty) {
  gate_.block("device:device-1");
  ASSERT_TRUE(gate_.becomes(403));
  Watch watch(gate_, 403);
  gate_.redis().kill();
  gate_.redis().start();
  gate_.redis().cli("SET gatehouse:ready 'another-run 9'");
  gate_.block("device:device-9");
  EXPECT_TRUE(gate_.becomes(403, "/app/", gate_.tokens().bearer({{"did", R"("device-9")"}})));
  EXPECT_EQ(watch.finish(), 0);
  gate_.redis().set_ready(2);
  EXPECT_TRUE(opens());
}

TEST_F(GateBlocks, AnEpochOlderThanTheLastIsNotBelieved) {
  gate_.redis().set_ready(5);
  gate_.block("device:device-1");
  ASSERT_TRUE(gate_.becomes(403));
  gate_.redis().kill();
  gate_.redis().start();
  gate_.redis().set_ready(4);
  gate_.block("device:device-9");
  EXPECT_TRUE(gate_.becomes(403, "/app/", gate_.tokens().bearer({{"did", R"("device-9")"}})));
  EXPECT_EQ(gate_.status(), 403);
  gate_.redis().set_ready(6);
  EXPECT_TRUE(opens());
}

TEST_F(GateBlocks, WithoutRedisTheReplicaDecides) {
  gate_.block("device:device-1");
  ASSERT_TRUE(gate_.becomes(403));
  gate_.redis().kill();
  const std::string other = gate_.tokens().bearer({{"did", R"("device-2")"}});
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(gate_.status(), 403);
    ASSERT_EQ(gate_.status("/app/", other), 200);
  }
  EXPECT_EQ(gate_.status("/app/", "X: none"), 401);
}

TEST_F(GateBlocks, AFrozenRedisIsNoticedAndItsBlocksAreSeenAfterwards) {
  gate_.redis().freeze();
  EXPECT_EQ(gate_.status(), 200);
  EXPECT_TRUE(wait_until([&] { return gate_.nginx().error_log().find("gatehouse: ") != std::string::npos; }));
  gate_.redis().thaw();
  gate_.block("device:device-1");
  EXPECT_TRUE(gate_.becomes(403));
}

TEST_F(GateBlocks, AKilledHelperIsReplacedAndBlocksGoOn) {
  gate_.block("device:device-1");
  ASSERT_TRUE(gate_.becomes(403));
  for (int i = 0; i < 3; ++i) {
    const pid_t before = gate_.nginx().helper();
    ::kill(before, SIGKILL);
    ASSERT_TRUE(wait_until([&] {
      const std::vector<pid_t> children = children_of(gate_.nginx().master());
      for (const pid_t pid : children)
        if (pid != before && title_of(pid).find("cache manager") != std::string::npos) return true;
      return false;
    }));
    EXPECT_EQ(gate_.status(), 403);
    gate_.block("device:device-" + std::to_string(i + 10));
    EXPECT_TRUE(gate_.becomes(403, "/app/",
                              gate_.tokens().bearer({{"did", "\"device-" + std::to_string(i + 10) + '"'}})));
  }
}

TEST_F(GateBlocks, AReloadKeepsThemThroughout) {
  gate_.block("device:device-1");
  ASSERT_TRUE(gate_.becomes(403));
  Watch watch(gate_, 403);
  for (int i = 0; i < 5; ++i) gate_.nginx().reload();
  EXPECT_EQ(watch.finish(), 0);
  gate_.unblock("device:device-1");
  EXPECT_TRUE(opens());
  gate_.block("device:device-1");
  EXPECT_TRUE(gate_.becomes(403));
}

TEST_F(GateBlocks, AReloadFailsNoRequest) {
  Watch watch(gate_, 200);
  for (int i = 0; i < 5; ++i) gate_.nginx().reload();
  EXPECT_EQ(watch.finish(), 0);
}

TEST_F(GateBlocks, OfAnotherDatabaseDoNotCount) {
  // The push names no database.
  gate_.redis().cli("-n 1 SET gatehouse:block:device:device-1 elsewhere");
  gate_.block("device:device-2");
  EXPECT_TRUE(gate_.becomes(403, "/app/", gate_.tokens().bearer({{"did", R"("device-2")"}})));
  EXPECT_TRUE(opens());
}

TEST(GateBeforeTheFirstSync, IsClosed) {
  Gate gate;
  gate.start_unready();
  const HttpResponse response = gate.nginx().get("/app/", {gate.tokens().bearer()});
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(code_of(response), "stale");
  EXPECT_NE(response.header("Retry-After"), "");
  EXPECT_EQ(gate.nginx().get("/app/").status, 503) << "also without a token";
  EXPECT_EQ(gate.nginx().get("/").status, 403) << "what is not protected is nginx's own matter";
  gate.redis().set_ready();
  EXPECT_TRUE(gate.becomes(200));
}

TEST(GateWithoutRedis, IsClosedOnceItsBlocksAreStale) {
  Gate gate;
  gate.start(R"(
    gatehouse_stale 1s;
    server {
      listen unix:@SOCKET@;
      location /app/ { gatehouse "app"; proxy_pass http://echo; }
      location /patient/ { gatehouse "app"; gatehouse_stale 1h; proxy_pass http://echo; }
      location /through/ { gatehouse "app"; gatehouse_stale 1h; rewrite ^ /app/ last; }
    }
  )");
  gate.redis().kill();
  EXPECT_EQ(gate.status(), 200);
  EXPECT_TRUE(gate.becomes(503));
  EXPECT_EQ(gate.status("/patient/"), 200);
  EXPECT_EQ(gate.status("/through/"), 503) << "the location that is reached decides";
  EXPECT_EQ(gate.status("/app/", "X: none"), 401) << "a token is still asked for";
  gate.redis().start();
  gate.redis().set_ready(2);
  EXPECT_TRUE(gate.becomes(200));
}

TEST(GateWithAFullZone, DeniesRatherThanForgets) {
  Gate gate;
  gate.redis().cli(
      "EVAL \"for i = 1, 200000 do redis.call('SET', 'gatehouse:block:device:x' .. i, '1') end\" 0");
  gate.redis().set_ready();
  gate.start_unready();
  EXPECT_TRUE(wait_until([&] {
    return gate.nginx().error_log().find("gatehouse_zone") != std::string::npos;
  })) << gate.nginx().error_log();
  EXPECT_EQ(gate.status(), 503);
  gate.redis().cli("FLUSHALL");
  gate.redis().set_ready(2);
  EXPECT_TRUE(gate.becomes(200));
}

}  // namespace
}  // namespace gatehouse::test
