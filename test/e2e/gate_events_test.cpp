// gatehouse_events: what the gate saw arrives in the stream in Redis, once, whatever dies on the way.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <map>
#include <set>
#include <sstream>

#include "test/e2e/gate.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::test {
namespace {

using Event = std::map<std::string, std::string>;

constexpr const char* kEventServer = R"(
  server {
    listen unix:@SOCKET@;
    add_header X-Pid $pid always;
    add_header X-Request $request_id always;
    gatehouse "app";
    location /app/ { proxy_pass http://echo; }
    location /all/ { gatehouse_events all; proxy_pass http://echo; }
    location /denied/ { gatehouse_events denied; proxy_pass http://echo; }
    location /dry/ { gatehouse_events denied; gatehouse_dry_run on; proxy_pass http://echo; }
    location /moved/ { gatehouse_events all; rewrite ^ /denied/ last; }
    location /free/ { gatehouse off; gatehouse_events all; proxy_pass http://echo; }
    location = /metrics { gatehouse off; gatehouse_metrics; }
  }
)";

class GateEvents : public testing::Test {
 protected:
  void SetUp() override { gate_.start(kEventServer); }

  // Of the whole stream.
  std::vector<Event> events() const {
    // Values have no line ends. Each entry begins with its id, and each of ours with the field "id".
    std::istringstream lines(gate_.redis().cli("XRANGE gatehouse:events - +"));
    std::vector<Event> found;
    std::string name;
    std::string value;
    while (std::getline(lines, name)) {
      if (name.find_first_not_of("0123456789-") == name.npos) {
        found.emplace_back();
      } else if (std::getline(lines, value)) {
        found.back()[name] = value;
      }
    }
    return found;
  }
  std::vector<Event> wait_for(std::size_t count) const {
    EXPECT_TRUE(
        wait_until([&] { return gate_.redis().cli("XLEN gatehouse:events") >= std::to_string(count); }));
    return events();
  }
  std::uint64_t metric(const std::string& name) {
    const std::string page = gate_.nginx().get("/metrics").body;
    const std::size_t found = page.find('\n' + name + ' ');
    return found == page.npos ? UINT64_MAX : std::stoull(page.substr(found + name.size() + 2));
  }

  mutable Gate gate_;
};

TEST_F(GateEvents, TellWhoWasRefusedAndWhy) {
  const std::string bearer =
      gate_.tokens().bearer({{"did", R"("laptop")"}, {"sid", R"("s1")"}, {"jti", R"("t1")"}});
  gate_.block("device:laptop");
  ASSERT_TRUE(gate_.becomes(403, "/app/", bearer));
  const HttpResponse refused =
      gate_.nginx().get("/denied/page?secret=1", {bearer, "User-Agent: Test/1.0 \x01\xff"});
  ASSERT_EQ(refused.status, 403);
  const std::vector<Event> events = wait_for(1);
  ASSERT_EQ(events.size(), 1U);
  const Event& event = events[0];
  EXPECT_EQ(event.at("status"), "device_blocked");
  EXPECT_EQ(event.at("answer"), "403");
  EXPECT_EQ(event.at("user"), "user-1");
  EXPECT_EQ(event.at("device"), "laptop");
  EXPECT_EQ(event.at("session"), "s1");
  EXPECT_EQ(event.at("token"), "t1");
  EXPECT_EQ(event.at("method"), "GET");
  EXPECT_EQ(event.at("path"), "/denied/page") << "arguments may hold secrets";
  EXPECT_EQ(event.at("agent"), "Test/1.0 ??");
  EXPECT_EQ(event.at("request"), refused.header("X-Request"));
  EXPECT_TRUE(event.contains("ip"));
  EXPECT_FALSE(event.contains("dry_run"));
  EXPECT_GT(std::stoll(event.at("at")), 1'700'000'000'000);
}

TEST_F(GateEvents, NameNobodyWhoseTokenIsNotGood) {
  EXPECT_EQ(gate_.nginx().get("/denied/", {"Authorization: Bearer e30.e30.AAAA"}).status, 401);
  EXPECT_EQ(gate_.nginx().get("/denied/").status, 401);
  const std::vector<Event> events = wait_for(2);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_FALSE(events[0].contains("user"));
  EXPECT_EQ(events[1].at("status"), "no_token");
}

TEST_F(GateEvents, AreThoseThatTheLocationWants) {
  const std::string bearer = gate_.tokens().bearer();
  EXPECT_EQ(gate_.nginx().get("/app/").status, 401);
  EXPECT_EQ(gate_.status("/free/"), 200);
  EXPECT_EQ(gate_.status("/denied/", bearer), 200);
  EXPECT_EQ(gate_.nginx().get("/dry/").status, 200);
  EXPECT_EQ(gate_.status("/all/", bearer), 200);
  const std::vector<Event> events = wait_for(2);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].at("status"), "no_token");
  EXPECT_EQ(events[0].at("dry_run"), "1");
  EXPECT_EQ(events[1].at("status"), "ok");
  EXPECT_EQ(events[1].at("user"), "user-1");
}

TEST_F(GateEvents, AreOfEachPolicyThatARequestMet) {
  EXPECT_EQ(gate_.status("/moved/", gate_.tokens().bearer()), 200);
  const std::vector<Event> events = wait_for(1);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].at("path"), "/moved/");
}

TEST_F(GateEvents, WaitForARedisThatIsAwayAndAreCountedWhenThereIsNoRoom) {
  gate_.redis().freeze();
  const std::uint64_t capacity = 1024;  // more than the zone has room for
  for (std::uint64_t i = 0; i < capacity; ++i) ASSERT_EQ(gate_.nginx().get("/denied/").status, 401);
  const std::uint64_t dropped = metric("gatehouse_events_dropped_total");
  EXPECT_GT(dropped, 0U);
  EXPECT_LT(dropped, capacity);
  gate_.redis().thaw();
  EXPECT_TRUE(wait_until([&] { return metric("gatehouse_events_waiting") == 0; }));
  std::set<std::string> ids;
  for (const Event& event : events()) ids.insert(event.at("id"));
  EXPECT_EQ(ids.size(), capacity - dropped) << "what was not counted as dropped has arrived";
}

TEST_F(GateEvents, AreNotLostWithTheHelperOrTheWorkers) {
  std::uint64_t asked = 0;
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 50; ++i, ++asked) ASSERT_EQ(gate_.nginx().get("/denied/").status, 401);
    kill(gate_.nginx().helper(), SIGKILL);
    for (int i = 0; i < 50; ++i, ++asked) ASSERT_EQ(gate_.nginx().get("/denied/").status, 401);
    gate_.nginx().reload();
  }
  EXPECT_TRUE(wait_until([&] { return metric("gatehouse_events_waiting") == 0; }));
  std::set<std::string> ids;
  for (const Event& event : events()) ids.insert(event.at("id"));
  EXPECT_EQ(ids.size() + metric("gatehouse_events_dropped_total"), asked);
}

// Nobody reads the stream while the daemon is away.
TEST_F(GateEvents, LeaveTheStreamWithinItsBound) {
  Gate gate;
  std::string configuration = gate.declarations() + kEventServer;
  const std::string address = gate.redis().address();
  configuration.replace(configuration.find(address), address.size(), address + " events=100");
  gate.start_unready();  // for the keys
  gate.redis().set_ready();
  const Nginx nginx(configuration);
  for (int i = 0; i < 500; ++i) nginx.get("/denied/");
  const auto last_arrived = [&] {
    return wait_until([&] {
      return gate.redis().cli("XREVRANGE gatehouse:events + - COUNT 1").find("-499\n") != std::string::npos;
    });
  };
  EXPECT_TRUE(last_arrived());
  EXPECT_LE(std::stoi(gate.redis().cli("XLEN gatehouse:events")), 300) << "Redis trims by whole nodes";
}

}  // namespace
}  // namespace gatehouse::test
