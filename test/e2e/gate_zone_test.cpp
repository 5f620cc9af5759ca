// A zone whose size is changed: the new one begins with what the old one holds.

#include <gtest/gtest.h>

#include "test/e2e/gate.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::test {
namespace {

class GateZone : public testing::Test {
 protected:
  GateZone() {
    gate_.start();
    gate_.block("device:device-1");
    EXPECT_TRUE(gate_.becomes(403));
  }

  void reload_with(const std::string& size) {
    std::string http = gate_.declarations() + Gate::kServer;
    http.replace(http.find("gate:4m"), 7, "gate:" + size);
    gate_.nginx().reload(http);
  }
  std::string other() { return gate_.tokens().bearer({{"did", R"("device-2")"}}); }

  Gate gate_;
};

TEST_F(GateZone, KeepsItsBlocksWhenItsSizeIsChanged) {
  // Nothing can be read anew, so what it decides by is what it has kept.
  gate_.redis().kill();
  for (const char* size : {"8m", "2m"}) {
    reload_with(size);
    for (int i = 0; i < 20; ++i) {
      ASSERT_EQ(gate_.status(), 403) << size;
      ASSERT_EQ(gate_.status("/app/", other()), 200) << size;
    }
  }
}

TEST_F(GateZone, FollowsRedisAfterItsSizeWasChanged) {
  reload_with("8m");
  gate_.block("device:device-2");
  EXPECT_TRUE(gate_.becomes(403, "/app/", other()));
  gate_.unblock("device:device-1");
  EXPECT_TRUE(gate_.becomes(200));
}

TEST_F(GateZone, MadeTooSmallForItsBlocksIsClosed) {
  gate_.redis().cli(
      "EVAL \"for i = 1, 4000 do redis.call('SET', 'gatehouse:block:token:' .. i, '1') end\" 0");
  gate_.block("user:user-2");
  EXPECT_TRUE(
      gate_.becomes(403, "/app/", gate_.tokens().bearer({{"did", R"("d")"}, {"sub", R"("user-2")"}})));
  gate_.redis().kill();
  reload_with("128k");
  EXPECT_EQ(gate_.status("/app/", other()), 503);
  EXPECT_EQ(code_of(gate_.nginx().get("/app/", {other()})), "zone_full");
}

}  // namespace
}  // namespace gatehouse::test
