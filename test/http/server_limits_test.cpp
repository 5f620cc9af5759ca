// What is too large, too slow or too many.
#include <sys/resource.h>

#include <vector>

#include "test/http/server_fixture.hpp"

namespace gatehouse::http {
namespace {

TEST_F(ServerTest, RefusesBodiesAboveTheLimitWhetherAnnouncedOrNot) {
  start();
  const std::string body(64 * 1024 + 1, 'x');
  const std::string fits(64 * 1024, 'x');
  const auto post = [&](const std::string& text) {
    return answer_to("POST / HTTP/1.1\r\n" + std::string(kClose) +
                     "Content-Length: " + std::to_string(text.size()) + "\r\n\r\n" + text);
  };
  EXPECT_EQ(status_of(post(fits)), 200);
  const std::string refused = post(body);
  EXPECT_EQ(status_of(refused), 413);
  EXPECT_NE(refused.find("Content-Type: application/problem+json"), refused.npos);
  EXPECT_NE(refused.find(R"("code":"body_too_large")"), refused.npos);
  EXPECT_EQ(status_of(answer_to("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n10001\r\n" +
                                body + "\r\n0\r\n\r\n")),
            413);
}

TEST_F(ServerTest, DeliversTheRefusalToAClientThatIsStillSending) {
  start();
  const std::string answer = answer_to("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4000000\r\n\r\n" +
                                       std::string(4'000'000, 'x'));
  EXPECT_EQ(status_of(answer), 413);
}

TEST_F(ServerTest, RefusesHeadersAboveTheLimit) {
  start();
  const auto get = [&](std::size_t size) {
    return status_of(
        answer_to("GET / HTTP/1.1\r\n" + std::string(kClose) + "X: " + std::string(size, 'x') + "\r\n\r\n"));
  };
  EXPECT_EQ(get(16 * 1024 - 100), 200);
  EXPECT_EQ(get(16 * 1024), 431);
  EXPECT_EQ(get(1024 * 1024), 431);
  EXPECT_EQ(status_of(answer_to("GET /" + std::string(20'000, 'x') + " HTTP/1.1\r\nHost: x\r\n\r\n")), 431);
  std::string many = "GET / HTTP/1.1\r\nHost: x\r\n";
  for (int i = 0; i < 10'000; ++i) many += "a:\r\n";
  EXPECT_EQ(status_of(answer_to(many + "\r\n")), 431);
}

TEST_F(ServerTest, DoesNotWaitForEverForASlowClient) {
  start(echo, {.idle_timeout = 100ms, .read_timeout = 100ms});
  for (const char* bytes : {"", "GET / HT", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab"}) {
    Client client = connect();
    client.send(bytes);
    EXPECT_TRUE(client.ended_by_server()) << bytes;
  }
  Client dripping = connect();
  dripping.send("GET / HTTP/1.1\r\n");
  // Each byte comes in time; the header does not.
  EXPECT_TRUE(wait_until([&] { return !dripping.send("X"); }));
}

TEST_F(ServerTest, DoesNotWaitForEverForAReply) {
  std::vector<Reply> kept;
  start([&](const Request&, const Reply& reply) { kept.push_back(reply); }, {.answer_timeout = 50ms});
  EXPECT_EQ(status_of(answer_to(std::string("GET / HTTP/1.1\r\n") + kClose + "\r\n")), 503);
  kept.at(0)({});  // too late, and harmless
  stop();
  kept.clear();
}

TEST_F(ServerTest, LetsConnectionsAboveTheLimitWait) {
  start(echo, {.connections = 2});
  std::optional<Client> first(std::in_place, socket_);
  Client second = connect();
  for (Client* client : {&*first, &second}) {
    client->send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    client->read_until(".");
  }
  Client third = connect();
  third.send("GET /third HTTP/1.1\r\nHost: x\r\n\r\n");
  first.reset();
  EXPECT_TRUE(third.read_until(".").ends_with("GET /third ."));
}

TEST_F(ServerTest, OutlivesALackOfDescriptors) {
  start();
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  Client client = connect();
  client.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n");
  client.read_until(".");

  const int next = ::dup(0);
  ::close(next);
  rlimit one_more = before;
  one_more.rlim_cur = static_cast<rlim_t>(next) + 1;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &one_more), 0);
  Client unlucky = connect();  // takes the last one: the server cannot accept it
  unlucky.send("GET /3 HTTP/1.1\r\nHost: x\r\n\r\n");
  // The server's one thread has tried to before it answers this for the second time.
  client.send("GET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
  std::string still = client.read_until(".");
  client.send("GET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
  still += client.read_until(".");
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);

  EXPECT_TRUE(still.ends_with("GET /2 ."));
  EXPECT_TRUE(unlucky.read_until(".").ends_with("GET /3 ."));
}

}  // namespace
}  // namespace gatehouse::http
