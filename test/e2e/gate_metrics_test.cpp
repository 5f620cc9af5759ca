// gatehouse_metrics, gatehouse_dry_run, and the log.

#include <gtest/gtest.h>

#include "test/e2e/gate.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::test {
namespace {

class GateMetrics : public testing::Test {
 protected:
  void SetUp() override {
    gate_.start(R"(
      log_format gate "$status $gatehouse_status";
      server {
        listen unix:@SOCKET@;
        access_log @DIR@/gate.log gate;
        add_header X-Status $gatehouse_status always;
        location /app/ { gatehouse "app"; proxy_pass http://echo; }
        location /dry/ { gatehouse "app"; gatehouse_dry_run on; gatehouse_log_level warn;
          gatehouse_header X-User $gatehouse_subject; proxy_pass http://echo; }
        location /drydeny/ { satisfy any; deny all; gatehouse "app"; gatehouse_dry_run on; proxy_pass http://echo; }
        location /quiet/ { gatehouse "app"; gatehouse_log_level error; proxy_pass http://echo; }
        location = /metrics { gatehouse_metrics; }
      }
    )");
  }
  std::string page() { return gate_.nginx().get("/metrics").body; }
  bool shows(const std::string& line) {
    return wait_until([&] { return page().find('\n' + line + '\n') != std::string::npos; });
  }
  bool logs(const std::string& text) { return gate_.nginx().error_log().find(text) != std::string::npos; }

  Gate gate_;
};

TEST_F(GateMetrics, CountDecisionsByVerdict) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(gate_.nginx().get("/app/").status, 401);
  EXPECT_EQ(gate_.status("/app/", gate_.tokens().bearer({{"exp", "1"}})), 401);
  EXPECT_TRUE(shows(R"(gatehouse_decisions_total{status="no_token",answer="401"} 3)")) << page();
  EXPECT_TRUE(shows(R"(gatehouse_decisions_total{status="expired",answer="401"} 1)")) << page();
  EXPECT_NE(page().find(R"(gatehouse_decisions_total{status="ok",answer="200"})"), std::string::npos);
}

TEST_F(GateMetrics, TellTheStateOfTheReplica) {
  gate_.block("device:a");
  gate_.block("device:b");
  EXPECT_TRUE(shows("gatehouse_blocks 2")) << page();
  EXPECT_TRUE(shows("gatehouse_replica_complete 1"));
  EXPECT_TRUE(shows("gatehouse_replica_epoch 1"));
  EXPECT_TRUE(shows("gatehouse_zone_full 0"));
  for (const char* name :
       {"gatehouse_replica_age_seconds 0.", "gatehouse_replica_lag_seconds 0.", "gatehouse_blocks_capacity ",
        "gatehouse_blocks_dropped_total 0", "gatehouse_token_cache_hits_total "})
    EXPECT_NE(page().find(name), std::string::npos) << name << '\n' << page();
  const HttpResponse response = gate_.nginx().get("/metrics");
  EXPECT_EQ(response.header("Content-Type"), "text/plain; version=0.0.4");
  HttpRequest post = gate_.nginx().request("/metrics");
  post.method = "POST";
  EXPECT_EQ(post.send().status, 405);
}

TEST_F(GateMetrics, ADryRunRefusesNothingAndSaysSo) {
  const HttpResponse page = gate_.nginx().get("/dry/", {"X-User: mallory"});
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.header("X-Status"), "no_token");
  EXPECT_EQ(page.body.find("X-User"), std::string::npos) << page.body;
  EXPECT_EQ(page.header("WWW-Authenticate"), "");
  EXPECT_TRUE(shows("gatehouse_dry_run_refusals_total 1"));
  EXPECT_TRUE(logs("[warn]")) << gate_.nginx().error_log();
  EXPECT_TRUE(logs("gatehouse: not refused, dry run: no_token"));
  const HttpResponse good = gate_.nginx().get("/dry/", {gate_.tokens().bearer()});
  EXPECT_NE(good.body.find("X-User: user-1"), std::string::npos) << good.body;
  EXPECT_EQ(gate_.status("/drydeny/"), 403) << "it opens nothing";
}

TEST_F(GateMetrics, TheLogLevelIsThatOfTheLocation) {
  EXPECT_EQ(gate_.nginx().get("/quiet/").status, 401);
  EXPECT_TRUE(logs("[error]") && logs("gatehouse: refused: no_token")) << gate_.nginx().error_log();
}

TEST_F(GateMetrics, TheStatusStandsInTheAccessLog) {
  EXPECT_EQ(gate_.nginx().get("/app/").status, 401);
  const auto logged = [&] { return read_file(gate_.nginx().folder() / "gate.log"); };
  EXPECT_TRUE(wait_until([&] { return logged().find("401 no_token\n") != std::string::npos; })) << logged();
  EXPECT_NE(logged().find("200 ok\n"), std::string::npos) << logged();
}

TEST(GateWithoutRedis, PassesWhatItMayAndSaysSo) {
  Gate gate;
  gate.start(R"(
    server {
      listen unix:@SOCKET@;
      add_header X-Status $gatehouse_status always;
      add_header X-Subject $gatehouse_subject always;
      location /app/ { gatehouse "app"; gatehouse_stale 1s allow; proxy_pass http://echo; }
    }
  )");
  gate.block("session:blocked");
  const std::string blocked = gate.tokens().bearer({{"sid", R"("blocked")"}});
  ASSERT_TRUE(gate.becomes(403, "/app/", blocked));
  gate.redis().kill();
  const auto ask = [&] { return gate.nginx().get("/app/", {gate.tokens().bearer()}); };
  EXPECT_TRUE(wait_until([&] { return ask().header("X-Status") == "stale_allowed"; }));
  EXPECT_EQ(ask().status, 200);
  EXPECT_EQ(ask().header("X-Subject"), "user-1");
  EXPECT_EQ(gate.status("/app/", blocked), 403) << "what was known is not forgotten";
  EXPECT_EQ(gate.nginx().get("/app/").status, 401);
}

}  // namespace
}  // namespace gatehouse::test
