// Requests and answers.
#include <future>
#include <mutex>
#include <stdexcept>
#include <vector>

#include "test/http/server_fixture.hpp"

namespace gatehouse::http {
namespace {

TEST_F(ServerTest, KeepsConnectionsAlive) {
  start();
  Client client = connect();
  for (int i = 0; i < 3; ++i) {
    client.send("GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(client.read_until("."),
              "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nGET /" + std::to_string(i) + " .");
  }
}

TEST_F(ServerTest, AnswersPipelinedRequestsInTheirOrder) {
  std::mutex mutex;
  std::vector<std::pair<std::string, Reply>> waiting;
  start([&](const Request& request, const Reply& reply) {
    const std::lock_guard lock(mutex);
    waiting.emplace_back(request.target, reply);
  });
  Client client = connect();
  client.send(std::string("POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc") +
              "GET /2 HTTP/1.1\r\nHost: x\r\n\r\nGET /3 HTTP/1.1\r\n" + kClose + "\r\n");
  // Of those that wait the newest is replied to first.
  const auto reply_to_newest = [&] {
    const std::lock_guard lock(mutex);
    if (waiting.empty()) return false;
    const auto [target, reply] = std::move(waiting.back());
    waiting.pop_back();
    reply({.status = 200, .headers = {}, .body = target});
    return true;
  };
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(wait_until(reply_to_newest));
  const std::string answer = client.read_all();
  EXPECT_LT(answer.find("/1"), answer.find("/2"));
  EXPECT_LT(answer.find("/2"), answer.find("/3"));
  EXPECT_NE(answer.find("/3"), answer.npos);
}

TEST_F(ServerTest, ReadsARequestThatComesByteByByte) {
  start();
  Client client = connect();
  for (const char c :
       std::string("POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n"))
    ASSERT_TRUE(client.send(std::string(1, c)));
  EXPECT_TRUE(client.read_until(".").ends_with("POST /x ab."));
}

TEST_F(ServerTest, HandsOverWhatWasSent) {
  std::promise<Request> got;
  start([&](Request request, const Reply& reply) {
    got.set_value(std::move(request));
    reply({.status = 204, .headers = {{"X-Mine", "1"}}, .body = {}});
  });
  const std::string answer =
      answer_to(std::string("DELETE /a%2Fb?c=d?e HTTP/1.1\r\n") + kClose + "X-Tag: 1\r\nx-tag:  2 \r\n\r\n");
  EXPECT_EQ(answer, "HTTP/1.1 204 No Content\r\nX-Mine: 1\r\nConnection: close\r\n\r\n");
  const Request request = got.get_future().get();
  EXPECT_EQ(request.method, "DELETE");
  EXPECT_EQ(request.target, "/a%2Fb?c=d?e");
  EXPECT_EQ(request.path(), "/a%2Fb");
  EXPECT_EQ(request.headers.count("X-TAG"), 2U);
  EXPECT_EQ(request.headers.only("X-Tag"), std::nullopt);
  EXPECT_EQ(request.headers.only("hOST"), "x");
  EXPECT_TRUE(request.peer.unix_socket);
}

TEST_F(ServerTest, AnswersHeadWithoutABody) {
  start();
  EXPECT_EQ(answer_to(std::string("HEAD /x HTTP/1.1\r\n") + kClose + "\r\n"),
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\n");
}

TEST_F(ServerTest, AsksForABodyThatWaitsToBeAsked) {
  start();
  Client client = connect();
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("ok");
  EXPECT_TRUE(client.read_until(".").ends_with("POST / ok."));
  EXPECT_EQ(status_of(answer_to(
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\nExpect: 100-continue\r\n\r\n")),
            413);
}

TEST_F(ServerTest, RefusesWhatIsNoRequest) {
  start([](const Request&, const Reply&) { ADD_FAILURE() << "this must not reach a handler"; });
  for (const std::string& bytes : {
           std::string("\r\n\r\n\r\n"),
           std::string("GARBAGE\r\n\r\n"),
           std::string("GET / HTTP/2.0\r\nHost: x\r\n\r\n"),
           std::string("GET / HTTP/1.1\nHost: x\n\n"),
           std::string("G\0T / HTTP/1.1\r\nHost: x\r\n\r\n", 28),
           std::string("GET  / HTTP/1.1\r\nHost: x\r\n\r\n"),
           std::string("GET / HTTP/1.1\r\nHost: x\r\nX : 1\r\n\r\n"),
           std::string("GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n", 35),
           std::string("GET / HTTP/1.1\r\nHost: x\r\nNo colon\r\n\r\n"),
           std::string("GET / HTTP/1.1\r\n\r\n"),
           std::string("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
           std::string("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
           std::string("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"),
           std::string("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1x\r\n\r\na"),
           std::string("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\na"),
           std::string("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: "
                       "chunked\r\n\r\n0\r\n\r\n"),
           std::string("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: "
                       "3\r\n\r\n0\r\n\r\n"),
           std::string(
               "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n0\r\n\r\n"),
           std::string(
               "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n"),
           std::string(
               "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\nab\r\n0\r\n\r\n"),
           std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\x00", 12),
       }) {
    const std::string answer = answer_to(bytes);
    EXPECT_EQ(status_of(answer), 400) << bytes << "\n" << answer;
    EXPECT_NE(answer.find(R"("code":"malformed_request")"), answer.npos) << bytes;
    EXPECT_NE(answer.find("Connection: close"), answer.npos) << bytes;
  }
  for (const char* encoding : {"gzip, chunked", "xchunked", "identity", "chunked, gzip"})
    EXPECT_EQ(status_of(answer_to(std::string("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: ") +
                                  encoding + "\r\n\r\n0\r\n\r\n")),
              501)
        << encoding;
}

TEST_F(ServerTest, TurnsAHandlersExceptionIntoA500) {
  start([](const Request&, const Reply&) { throw std::runtime_error("secret detail"); });
  const std::string answer = answer_to(std::string("GET / HTTP/1.1\r\n") + kClose + "\r\n");
  EXPECT_EQ(status_of(answer), 500);
  EXPECT_EQ(answer.find("secret detail"), answer.npos);
}

TEST_F(ServerTest, ServesOthersWhileOneHandlerTakesItsTime) {
  std::mutex mutex;
  Reply slow;
  start([&](const Request& request, const Reply& reply) {
    const std::lock_guard lock(mutex);
    if (request.target == "/slow") {
      slow = reply;
    } else {
      echo(request, reply);
    }
  });
  Client waiting = connect();
  waiting.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(status_of(answer_to(std::string("GET /quick HTTP/1.1\r\n") + kClose + "\r\n")), 200);
  ASSERT_TRUE(wait_until([&] {
    const std::lock_guard lock(mutex);
    return slow != nullptr;
  }));
  slow({.status = 200, .headers = {}, .body = "at last."});
  EXPECT_TRUE(waiting.read_until("at last.").ends_with("at last."));
  slow = nullptr;
}

}  // namespace
}  // namespace gatehouse::http
