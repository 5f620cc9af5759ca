// Where the server listens, and how it stops.
#include <sys/stat.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <future>
#include <stdexcept>
#include <vector>

#include "test/http/server_fixture.hpp"

namespace gatehouse::http {
namespace {

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
