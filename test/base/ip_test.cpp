#include "base/ip.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

namespace gatehouse {
namespace {

bool contains(const char* network, const char* address) {
  return IpNetwork::parse(network).value().contains(IpAddress::parse(address).value());
}

TEST(IpAddress, HasOneSpelling) {
  EXPECT_EQ(IpAddress::parse("2001:DB8:0:0::1")->str(), "2001:db8::1");
  EXPECT_EQ(IpAddress::parse("::ffff:192.0.2.7")->str(), "192.0.2.7");
  EXPECT_EQ(IpAddress::parse("::ffff:c000:207"), IpAddress::parse("192.0.2.7"));
}

TEST(IpAddress, IsNothingElse) {
  for (const std::string text : {"", "1.2.3", "1.2.3.256", "01.2.3.4", "1.2.3.4 ", "1.2.3.4:80", "[::1]",
                                 "fe80::1%eth0", "localhost", "1.2.3.4,5.6.7.8", "1:2:3:4:5:6:7:8:9"})
    EXPECT_FALSE(IpAddress::parse(text)) << text;
  EXPECT_FALSE(IpAddress::parse(std::string_view("1.2.3.4\0x", 9)));
}

TEST(IpAddress, OfAPeerIsTheOneInItsSocketAddress) {
  sockaddr_in v4{.sin_family = AF_INET, .sin_port = 80, .sin_addr = {}, .sin_zero = {}};
  inet_pton(AF_INET, "192.0.2.7", &v4.sin_addr);
  EXPECT_EQ(IpAddress::of(reinterpret_cast<const sockaddr&>(v4)), IpAddress::parse("192.0.2.7"));
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  for (const char* text : {"2001:db8::1", "::ffff:192.0.2.7", "::1"}) {
    inet_pton(AF_INET6, text, &v6.sin6_addr);
    EXPECT_EQ(IpAddress::of(reinterpret_cast<const sockaddr&>(v6)), IpAddress::parse(text)) << text;
  }
  const sockaddr local{.sa_family = AF_UNIX, .sa_data = {}};
  EXPECT_EQ(IpAddress::of(local), std::nullopt);
}

TEST(IpAddress, KnowsLoopback) {
  for (const char* text : {"127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1"})
    EXPECT_TRUE(IpAddress::parse(text)->is_loopback()) << text;
  for (const char* text : {"128.0.0.1", "::", "::2", "0.0.0.0"})
    EXPECT_FALSE(IpAddress::parse(text)->is_loopback()) << text;
}

TEST(IpNetwork, ContainsWhatSharesItsPrefix) {
  EXPECT_TRUE(contains("192.0.2.0/24", "192.0.2.255"));
  EXPECT_FALSE(contains("192.0.2.0/24", "192.0.3.0"));
  EXPECT_TRUE(contains("192.0.2.128/25", "192.0.2.128"));
  EXPECT_FALSE(contains("192.0.2.128/25", "192.0.2.127"));
  EXPECT_TRUE(contains("192.0.2.1", "192.0.2.1"));
  EXPECT_FALSE(contains("192.0.2.1", "192.0.2.2"));
  EXPECT_TRUE(contains("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(contains("2001:db8::/33", "2001:db8:8000::1"));
  EXPECT_TRUE(contains("10.0.0.0/8", "::ffff:10.1.2.3"));
}

TEST(IpNetwork, OfEverythingKeepsToItsVersion) {
  EXPECT_TRUE(contains("0.0.0.0/0", "203.0.113.9"));
  EXPECT_FALSE(contains("0.0.0.0/0", "2001:db8::1"));
  EXPECT_FALSE(contains("::/0", "203.0.113.9"));
}

TEST(IpNetwork, RefusesBitsBehindThePrefixAndOtherMistakes) {
  for (const char* text : {"192.0.2.1/24", "192.0.2.0/33", "192.0.2.0/", "192.0.2.0/-1", "192.0.2.0/24/1",
                           "/24", "2001:db8::1/64", "::/129", "192.0.2.0/2 4", "192.0.2.0/024",
                           "192.0.2.0/+24", "::ffff:192.0.2.0/24", "::ffff:0:0/129"})
    EXPECT_FALSE(IpNetwork::parse(text)) << text;
}

TEST(IpNetwork, AroundAnAddressForgetsTheBitsBehindThePrefix) {
  for (const auto& [text, network] : {std::pair{"192.0.2.77/24", "192.0.2.0/24"},
                                      {"192.0.2.255/25", "192.0.2.128/25"},
                                      {"2001:DB8:0:1::9/63", "2001:db8::/63"},
                                      {"192.0.2.77/32", "192.0.2.77"},
                                      {"10.1.2.3/0", "0.0.0.0/0"},
                                      {"::1/0", "::/0"},
                                      {"::1/128", "::1"}})
    EXPECT_EQ(IpNetwork::parse_around(text)->str(), network);
  for (const char* text : {"nowhere", "192.0.2.1/33", "192.0.2.1/", "192.0.2.1/08", ""})
    EXPECT_FALSE(IpNetwork::parse_around(text)) << text;
}

TEST(IpNetwork, OfIPv4InIPv6IsOfIPv4) {
  EXPECT_EQ(IpNetwork::parse("::ffff:192.0.2.0/120")->str(), "192.0.2.0/24");
  EXPECT_EQ(IpNetwork::parse("::FFFF:C000:0200/120"), IpNetwork::parse("192.0.2.0/24"));
  EXPECT_EQ(IpNetwork::parse("::ffff:0:0/96")->str(), "0.0.0.0/0");
  EXPECT_EQ(IpNetwork::parse("::ffff:192.0.2.1")->str(), "192.0.2.1");
  EXPECT_EQ(IpNetwork::parse("::/64")->str(), "::/64");
}

}  // namespace
}  // namespace gatehouse
