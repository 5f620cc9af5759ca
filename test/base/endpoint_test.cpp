#include "base/endpoint.hpp"

#include <gtest/gtest.h>

namespace gatehouse {
namespace {

TEST(Endpoint, IsAUnixSocketOrAHostAndPort) {
  const auto socket = Endpoint::parse("unix:/run/gatehouse/daemon.sock");
  ASSERT_TRUE(socket);
  EXPECT_TRUE(socket->is_unix());
  EXPECT_EQ(socket->path, "/run/gatehouse/daemon.sock");
  const auto tcp = Endpoint::parse("localhost:8080");
  ASSERT_TRUE(tcp);
  EXPECT_FALSE(tcp->is_unix());
  EXPECT_EQ(tcp->host, "localhost");
  EXPECT_EQ(tcp->port, 8080);
  EXPECT_EQ(Endpoint::parse("[::1]:6379")->host, "::1");
}

TEST(Endpoint, IsWrittenAsItIsRead) {
  for (const char* text : {"unix:/a", "127.0.0.1:1", "[::1]:65535", "redis.example.org:6379"})
    EXPECT_EQ(Endpoint::parse(text)->str(), text);
}

TEST(Endpoint, SaysWhatIsWrongWithAText) {
  for (const char* text : {"", "unix:", "unix:relative", "localhost", "localhost:", ":80", "localhost:0",
                           "localhost:65536", "localhost:80x", "localhost:-1", "::1:80", "[]:80"}) {
    const auto endpoint = Endpoint::parse(text);
    ASSERT_FALSE(endpoint) << text;
    EXPECT_FALSE(endpoint.error().empty()) << text;
  }
}

TEST(Endpoint, KnowsWhereTheKernelCutsASocketsPath) {
  const std::string longest = "/" + std::string(106, 'x');
  EXPECT_TRUE(Endpoint::parse("unix:" + longest));
  const auto longer = Endpoint::parse("unix:" + longest + "x");
  ASSERT_FALSE(longer);
  EXPECT_NE(longer.error().find("107"), std::string::npos);
}

}  // namespace
}  // namespace gatehouse
