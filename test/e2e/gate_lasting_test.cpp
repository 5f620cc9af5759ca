// Responses that last and upgraded connections end soon after a block of who asked for them.

#include <gtest/gtest.h>
#include <signal.h>

#include <ctime>

#include "test/e2e/gate.hpp"
#include "test/support/http2_connection.hpp"
#include "test/support/lasting_upstream.hpp"
#include "test/support/raw_connection.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::test {
namespace {

class GateLasting : public testing::Test {
 protected:
  void start(const std::string& listen = "") {
    write_file(folder_ / "large.bin", std::string(1'000'000, 'x'));
    gate_.redis().set_ready();
    gate_.start_unready(R"(
      server {
        listen unix:@SOCKET@ )" +
                        listen + R"(;
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection upgrade;
        proxy_buffering off;
        set_real_ip_from unix:;
        real_ip_header X-Client;
        location / { gatehouse "app"; proxy_pass http://echo; }
        location /socket/ { gatehouse "app"; proxy_pass http://unix:)" +
                        sockets_path_ + R"(; }
        location /events/ { gatehouse "app"; proxy_pass http://unix:)" +
                        events_path_ + R"(; }
        location /file/ { gatehouse "app"; limit_rate 100; alias )" +
                        folder_.path() + R"(/; }
        location /ending/ { gatehouse "app"; gatehouse_close_expired on; proxy_pass http://unix:)" +
                        sockets_path_ + R"(; }
        location /dry/ { gatehouse "app"; gatehouse_dry_run on; proxy_pass http://unix:)" +
                        sockets_path_ + R"(; }
        location /public/ { auth_request /; proxy_pass http://unix:)" +
                        sockets_path_ + R"(; }
      }
    )");
  }
  void start_http1() {
    start();
    ASSERT_TRUE(gate_.becomes(200, "/"));
  }

  using Claims = std::map<std::string, std::string>;

  std::string request(const std::string& path, const Claims& claims, const std::string& address) const {
    return "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
           (address.empty() ? "" : "X-Client: " + address + "\r\n") + gate_.tokens().bearer(claims) +
           "\r\n\r\n";
  }
  std::unique_ptr<RawConnection> open(const std::string& path, const std::string& until,
                                      const Claims& claims = {}, const std::string& address = "") {
    auto connection = std::make_unique<RawConnection>(gate_.nginx().socket());
    connection->send(request(path, claims, address));
    const std::string received = connection->receive(until);
    EXPECT_NE(received.find(until), std::string::npos) << path << '\n' << received;
    return connection;
  }
  std::unique_ptr<RawConnection> open_socket(const std::string& path = "/socket/", const Claims& claims = {},
                                             const std::string& address = "") {
    return open(path, "101 Switching", claims, address);
  }
  static void expect_open(RawConnection& connection) {
    connection.send("ping");
    EXPECT_NE(connection.receive("ping").find("ping"), std::string::npos);
  }
  static Claims session(const std::string& id) { return {{"sid", '"' + id + '"'}}; }

  TempDir folder_;
  Gate gate_;
  std::string sockets_path_ = folder_ / "sockets.sock";
  std::string events_path_ = folder_ / "events.sock";
  LastingUpstream sockets_{sockets_path_, LastingUpstream::kUpgraded};
  LastingUpstream events_{events_path_, LastingUpstream::kEvents};
};

TEST_F(GateLasting, AnUpgradedConnectionEndsWithItsSessionDeviceUserOrToken) {
  start_http1();
  for (const char* key : {"session:session-1", "device:device-1", "user:user-1", "token:token-1"}) {
    const auto connection = open_socket();
    expect_open(*connection);
    gate_.block(key);
    EXPECT_TRUE(connection->closes()) << key;
    EXPECT_TRUE(wait_until([&] { return sockets_.open() == 0; })) << "the upstream's connection goes with it";
    gate_.unblock(key);
    ASSERT_TRUE(gate_.becomes(200, "/"));
  }
  EXPECT_NE(gate_.nginx().error_log().find("gatehouse: closed: session_blocked"), std::string::npos);
}

TEST_F(GateLasting, AStreamOfEventsEnds) {
  start_http1();
  const auto connection = open("/events/", "data: 1");
  gate_.block("session:session-1");
  EXPECT_TRUE(connection->closes());
  EXPECT_TRUE(wait_until([&] { return events_.open() == 0; }));
}

TEST_F(GateLasting, ADownloadEnds) {
  start_http1();
  const auto connection = open("/file/large.bin", "200 OK");
  gate_.block("device:device-1");
  EXPECT_TRUE(connection->closes());
}

TEST_F(GateLasting, AnyOfThemEndsWithItsAddressOrNetwork) {
  start_http1();
  for (const char* key : {"ip:192.0.2.7", "ip:192.0.2.0/24"}) {
    const auto socket = open_socket("/socket/", {}, "192.0.2.7");
    const auto events = open("/events/", "data: 1", {}, "192.0.2.7");
    const auto download = open("/file/large.bin", "200 OK", {}, "192.0.2.7");
    const auto elsewhere = open_socket("/socket/", {}, "198.51.100.7");
    const auto nowhere = open_socket();
    gate_.block(key);
    for (RawConnection* blocked : {socket.get(), events.get(), download.get()})
      EXPECT_TRUE(blocked->closes()) << key;
    expect_open(*elsewhere);
    expect_open(*nowhere);
    gate_.unblock(key);
    ASSERT_TRUE(wait_until([&] {
      return gate_.nginx().get("/", {gate_.tokens().bearer(), "X-Client: 192.0.2.7"}).status == 200;
    }));
  }
}

TEST_F(GateLasting, AStreamOfHttp2EndsAndTheOthersOfItsConnectionGoOn) {
  start("http2");
  HttpRequest probe = gate_.nginx().request("/", {gate_.tokens().bearer()});
  probe.http2 = true;
  ASSERT_TRUE(wait_until([&] { return probe.send().status == 200; }));
  Http2Connection connection(gate_.nginx().socket());
  const auto open = [&](const std::string& path, const std::string& id) -> const auto& {
    return connection.open(path, {gate_.tokens().bearer(session(id))});
  };
  const Http2Connection::Stream& lives = open("/file/large.bin", "b");
  const Http2Connection::Stream& ends = open("/events/", "a");
  ASSERT_TRUE(connection.run_until([&] { return lives.received > 0 && ends.received > 0; }));
  gate_.block("session:a");
  ASSERT_TRUE(connection.run_until([&] { return ends.reset || ends.ended; }));
  EXPECT_TRUE(ends.reset) << "what was cut must not look whole";
  EXPECT_TRUE(wait_until([&] { return events_.open() == 0; }));

  const std::size_t so_far = lives.received;
  EXPECT_TRUE(connection.run_until([&] { return lives.received > so_far; }));
  const Http2Connection::Stream& later = open("/", "b");
  ASSERT_TRUE(connection.run_until([&] { return later.ended; }));
  EXPECT_TRUE(later.ok);
  EXPECT_FALSE(lives.reset || lives.ended);
}

TEST_F(GateLasting, ThoseOfOthersStayOpen) {
  start_http1();
  const auto blocked = open_socket("/socket/", session("a"));
  const auto other = open_socket("/socket/", session("b"));
  gate_.block("session:a");
  EXPECT_TRUE(blocked->closes());
  expect_open(*other);
  gate_.block("user:user-1", "before=" + std::to_string(std::time(nullptr) - 100));
  gate_.block("session:c");
  const auto third = open_socket("/socket/", session("d"));
  gate_.block("session:d");
  EXPECT_TRUE(third->closes());
  expect_open(*other);
  gate_.block("user:user-1", "before=" + std::to_string(std::time(nullptr) + 1));
  EXPECT_TRUE(other->closes());
}

TEST_F(GateLasting, WhatASubrequestWasAskedAboutEndsAsWell) {
  start_http1();
  const auto connection = open_socket("/public/");
  gate_.block("session:session-1");
  EXPECT_TRUE(connection->closes());
}

TEST_F(GateLasting, AtTheTokensEndOnlyWhereItIsWanted) {
  start_http1();
  // Still good by the leeway of five seconds.
  const Claims ending{{"exp", std::to_string(std::time(nullptr) - 3)}};
  const auto stays = open_socket("/socket/", ending);
  const auto ends = open_socket("/ending/", ending);
  EXPECT_TRUE(ends->closes());
  expect_open(*stays);
}

TEST_F(GateLasting, ADryRunClosesNothing) {
  start_http1();
  const auto dry = open_socket("/dry/", session("a"));
  const auto blocked = open_socket("/socket/", session("a"));
  gate_.block("session:a");
  EXPECT_TRUE(blocked->closes());
  expect_open(*dry);
}

TEST_F(GateLasting, AWorkerThatIsOnItsWayOutStillCloses) {
  start_http1();
  const auto connection = open_socket();
  const std::vector<pid_t> before = gate_.nginx().workers();
  ::kill(gate_.nginx().master(), SIGHUP);
  ASSERT_TRUE(wait_until([&] {
    return gate_.nginx().workers().size() > before.size() ||
           gate_.nginx().workers().front() != before.front();
  }));
  ASSERT_TRUE(gate_.becomes(200, "/"));
  expect_open(*connection);
  gate_.block("session:session-1");
  EXPECT_TRUE(connection->closes());
}

}  // namespace
}  // namespace gatehouse::test
