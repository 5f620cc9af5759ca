#include "http/origin.hpp"

#include <gtest/gtest.h>

namespace gatehouse::http {
namespace {

class Zeros final : public Random {
 public:
  void fill(void* out, std::size_t size) override { std::fill_n(static_cast<char*>(out), size, '\0'); }
};

constexpr const char* kGenerated = "00000000000000000000000000000000";
const Peer kProxy{.unix_socket = true, .address = {}};

accounts::Origin origin(const Peer& peer, Headers headers, const std::vector<IpNetwork>& trusted = {}) {
  Zeros random;
  return origin_of({.method = "GET",
                    .target = "/",
                    .version = "HTTP/1.1",
                    .headers = std::move(headers),
                    .body = {},
                    .peer = peer},
                   trusted, random);
}

TEST(Origin, BelievesTheProxyOnAUnixSocket) {
  const accounts::Origin from =
      origin(kProxy,
             {{"X-Gatehouse-Client-IP", "203.0.113.9"}, {"X-Request-ID", "abc-1_Z"}, {"User-Agent", "curl"}});
  EXPECT_EQ(from.ip, "203.0.113.9");
  EXPECT_EQ(from.request_id, "abc-1_Z");
  EXPECT_EQ(from.user_agent, "curl");
}

TEST(Origin, BelievesNobodyElse) {
  const Headers told{
      {"X-Gatehouse-Client-IP", "203.0.113.9"}, {"X-Request-ID", "mine"}, {"X-Forwarded-For", "203.0.113.9"}};
  const Peer peer{.unix_socket = false, .address = "198.51.100.1"};
  const accounts::Origin from = origin(peer, told);
  EXPECT_EQ(from.ip, "198.51.100.1");
  EXPECT_EQ(from.request_id, kGenerated);
  EXPECT_EQ(origin(peer, told, {*IpNetwork::parse("198.51.100.2")}).ip, "198.51.100.1");
  EXPECT_EQ(origin(peer, told, {*IpNetwork::parse("198.51.100.0/24")}).ip, "203.0.113.9");
}

TEST(Origin, LeavesTheAddressOpenWhenTheProxyTalksNonsense) {
  for (const char* told : {"", "unix:", "203.0.113.9, 10.0.0.1", "203.0.113.9:80", "localhost"})
    EXPECT_EQ(origin(kProxy, {{"X-Gatehouse-Client-IP", told}}).ip, "") << told;
  EXPECT_EQ(
      origin(kProxy, {{"X-Gatehouse-Client-IP", "203.0.113.9"}, {"x-gatehouse-client-ip", "203.0.113.8"}}).ip,
      "");
}

TEST(Origin, WritesAddressesInOneSpelling) {
  EXPECT_EQ(origin(kProxy, {{"X-Gatehouse-Client-IP", "2001:DB8::0:1"}}).ip, "2001:db8::1");
  EXPECT_EQ(origin(kProxy, {{"X-Gatehouse-Client-IP", "::ffff:192.0.2.1"}}).ip, "192.0.2.1");
}

TEST(Origin, MakesARequestIdWhereNoneCanBeTaken) {
  for (const std::string& told : {std::string(), std::string("a b"), std::string("a\nb"),
                                  std::string(65, 'x'), std::string("caf\xc3\xa9"), std::string("a;b")})
    EXPECT_EQ(origin(kProxy, {{"X-Request-ID", told}}).request_id, kGenerated) << told;
  EXPECT_EQ(origin(kProxy, {{"X-Request-ID", std::string(64, 'x')}}).request_id, std::string(64, 'x'));
  EXPECT_EQ(origin(kProxy, {}).request_id, kGenerated);
}

}  // namespace
}  // namespace gatehouse::http
