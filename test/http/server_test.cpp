// The server over real sockets, spoken to in raw bytes.
#include "http/server.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

#include "test/support/process.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::http {
namespace {

using namespace std::chrono_literals;
using test::wait_until;

// A connection that sends what it is told, byte for byte.
class Client {
 public:
  explicit Client(const std::string& path) : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    connected_ = ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~Client() { ::close(fd_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool connected() const { return connected_; }
  // False if the server has closed its side.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  // What has come when `end` stands at its end, or the server has closed the connection.
  std::string read_until(std::string_view end) {
    while (!received_.ends_with(end) && read_some()) continue;
    return std::exchange(received_, "");
  }
  std::string read_all() {
    while (read_some()) continue;
    return std::exchange(received_, "");
  }
  bool ended_by_server() {
    read_all();
    return ended_;
  }

 private:
  bool read_some() {
    pollfd poll{.fd = fd_, .events = POLLIN, .revents = 0};
    if (::poll(&poll, 1, 10'000) != 1) return false;
    char bytes[4096];
    const ssize_t size = ::recv(fd_, bytes, sizeof bytes, 0);
    ended_ = size <= 0;
    if (ended_) return false;
    received_.append(bytes, static_cast<std::size_t>(size));
    return true;
  }

  int fd_;
  bool connected_;
  bool ended_ = false;
  std::string received_;
};

// Answers with "<method> <target> <body>.".
void echo(const Request& request, const Reply& reply) {
  reply({.status = 200,
         .headers = {},
         .body = request.method + " " + request.target + " " + request.body + "."});
}

class ServerTest : public testing::Test {
 protected:
  void start(Handler handler = echo, ServerLimits limits = {}) {
    handler_ = std::move(handler);
    server_.emplace(std::vector{endpoint()}, limits);
    thread_ = std::thread([this] { server_->run(handler_); });
  }
  void stop() {
    if (!thread_.joinable()) return;
    server_->stop();
    thread_.join();
  }
  ~ServerTest() override { stop(); }

  Client connect() const { return Client(socket_); }
  // The whole answer to bytes after which the client sends no more.
  std::string answer_to(std::string_view bytes) {
    Client client = connect();
    client.send(bytes);
    return client.read_all();
  }
  static int status_of(const std::string& answer) {
    return answer.starts_with("HTTP/1.1 ") ? std::stoi(answer.substr(9, 3)) : 0;
  }

  Endpoint endpoint() const { return Endpoint::parse("unix:" + socket_).value(); }

  test::TempDir folder_;
  const std::string socket_ = folder_.path() + "/s";
  Handler handler_;
  std::optional<Server> server_;
  std::thread thread_;
};

constexpr const char* kClose = "Host: x\r\nConnection: close\r\n";

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
  start([](const Request& request, const Reply& reply) {
    // The earlier the request, the later its reply.
    std::thread([target = request.target, reply] {
      std::this_thread::sleep_for(target == "/1" ? 50ms : 0ms);
      reply({.status = 200, .headers = {}, .body = target});
    }).detach();
  });
  const std::string answer =
      answer_to(std::string("POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc") +
                "GET /2 HTTP/1.1\r\nHost: x\r\n\r\nGET /3 HTTP/1.1\r\n" + kClose + "\r\n");
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

  Client unlucky = connect();  // may be accepted before the limit bites, which is fine, too
  const int next = ::dup(0);
  ::close(next);
  rlimit none = before;
  none.rlim_cur = static_cast<rlim_t>(next);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  client.send("GET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string still = client.read_until(".");
  std::this_thread::sleep_for(150ms);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);

  EXPECT_TRUE(still.ends_with("GET /2 ."));
  unlucky.send("GET /3 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(unlucky.read_until(".").ends_with("GET /3 ."));
}

TEST_F(ServerTest, FinishesRunningRequestsWhenItStops) {
  std::promise<Reply> promise;
  start([&](const Request&, const Reply& reply) { promise.set_value(reply); });
  Client idle = connect();
  Client busy = connect();
  busy.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  Reply reply = promise.get_future().get();
  server_->stop();
  EXPECT_TRUE(idle.ended_by_server());
  EXPECT_TRUE(wait_until([&] { return !connect().connected(); }));
  reply({.status = 200, .headers = {}, .body = "done."});
  reply = nullptr;
  const std::string answer = busy.read_all();
  EXPECT_TRUE(answer.ends_with("done."));
  EXPECT_NE(answer.find("Connection: close"), answer.npos);
  thread_.join();
  EXPECT_FALSE(std::filesystem::exists(socket_));
}

TEST_F(ServerTest, StopsAlsoWithRequestsThatDoNotEnd) {
  std::promise<Reply> promise;
  start([&](const Request&, const Reply& reply) { promise.set_value(reply); }, {.stop_timeout = 50ms});
  Client busy = connect();
  busy.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  promise.get_future().get() = nullptr;
  stop();
  server_.reset();
  EXPECT_EQ(busy.read_all(), "");
}

TEST_F(ServerTest, MakesItsSocketForOwnerAndGroupAlone) {
  const mode_t before = ::umask(0077);
  start();
  ::umask(before);
  struct stat file {};
  ASSERT_EQ(::stat(socket_.c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0660U);
}

TEST_F(ServerTest, ReplacesASocketThatNobodyListensOn) {
  const int left = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  socket_.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(left, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ::close(left);
  start();
  EXPECT_EQ(status_of(answer_to(std::string("GET / HTTP/1.1\r\n") + kClose + "\r\n")), 200);
}

TEST_F(ServerTest, LeavesASocketOfALivingServerAndOtherFilesAlone) {
  start();
  EXPECT_THROW(Server({endpoint()}), std::runtime_error);
  EXPECT_EQ(status_of(answer_to(std::string("GET / HTTP/1.1\r\n") + kClose + "\r\n")), 200);
  stop();
  std::ofstream(socket_) << "precious";
  EXPECT_THROW(Server({endpoint()}), std::runtime_error);
  EXPECT_TRUE(std::filesystem::exists(socket_));
}

TEST_F(ServerTest, LeavesTheSocketOfItsSuccessorAloneWhenItStops) {
  start();
  std::filesystem::remove(socket_);
  const Server successor({endpoint()});
  stop();
  server_.reset();
  EXPECT_TRUE(connect().connected());
}

TEST(ServerEndpoints, SayWhichAddressIsTheTrouble) {
  try {
    const Server server(std::vector<Endpoint>{{.path = "/nowhere/at/all", .host = {}}});
    FAIL() << "it listens";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("unix:/nowhere/at/all"), std::string::npos) << error.what();
  }
}

TEST(ServerEndpoints, MayBeTcpAndKnowTheirPeer) {
  Server server(std::vector<Endpoint>{{.path = {}, .host = "127.0.0.1", .port = 0}});
  const Endpoint endpoint = server.endpoints().at(0);
  EXPECT_NE(endpoint.port, 0);
  EXPECT_THROW(Server({endpoint}), std::runtime_error);
  std::thread thread([&] {
    server.run([](const Request& request, const Reply& reply) {
      reply({.status = 200,
             .headers = {},
             .body = request.peer.address + (request.peer.unix_socket ? " unix" : " tcp")});
    });
  });
  const std::string command = "curl -q --noproxy '*' -s http://" + endpoint.str() + "/";
  FILE* curl = ::popen(command.c_str(), "r");
  char text[64]{};
  const std::size_t size = std::fread(text, 1, sizeof text, curl);
  ::pclose(curl);
  server.stop();
  thread.join();
  EXPECT_EQ(std::string(text, size), "127.0.0.1 tcp");
}

}  // namespace
}  // namespace gatehouse::http
