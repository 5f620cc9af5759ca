// Blocks of addresses and networks: the client's address is what realip has made of it.

#include <gtest/gtest.h>

#include "test/e2e/gate.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::test {
namespace {

class GateAddressBlocks : public testing::Test {
 protected:
  GateAddressBlocks() {
    gate_.start(R"(
      set_real_ip_from unix:;
      real_ip_header X-Client;
      server {
        listen unix:@SOCKET@;
        add_header X-Worker $pid always;
        add_header X-Status $gatehouse_status always;
        add_header X-Address $remote_addr always;
        location / { root @DIR@; }
        location /app/ { gatehouse "app"; proxy_pass http://echo; }
        location /either/ { gatehouse "app"; satisfy any; allow all; proxy_pass http://echo; }
        location /through/ { gatehouse "app"; rewrite ^ /plain/ last; }
        location /plain/ { return 204; }
      }
    )");
  }

  HttpResponse ask(const std::string& address, const std::string& path = "/app/",
                   const std::string& bearer = "") {
    return gate_.nginx().get(path,
                             {bearer.empty() ? gate_.tokens().bearer() : bearer, "X-Client: " + address});
  }
  bool becomes(long status, const std::string& address) {
    return wait_until([&] { return ask(address).status == status; });
  }

  Gate gate_;
};

TEST_F(GateAddressBlocks, RefuseEveryRequestFromThereAlsoWithoutAToken) {
  gate_.block("ip:192.0.2.7");
  ASSERT_TRUE(becomes(403, "192.0.2.7"));
  const HttpResponse refused = ask("192.0.2.7");
  EXPECT_EQ(code_of(refused), "ip_blocked");
  EXPECT_EQ(refused.header("X-Status"), "ip_blocked");
  EXPECT_EQ(refused.header("WWW-Authenticate"), "");
  EXPECT_EQ(ask("192.0.2.7", "/app/", "X: none").status, 403);
  EXPECT_EQ(ask("192.0.2.7", "/app/", "Authorization: Bearer nonsense").status, 403);
  EXPECT_EQ(ask("192.0.2.7", "/through/").status, 403);
  EXPECT_EQ(ask("192.0.2.7", "/plain/").status, 204) << "what is not protected is nginx's own matter";
  EXPECT_EQ(ask("192.0.2.7", "/either/").status, 200) << "satisfy any: nginx allows the address";
  EXPECT_EQ(ask("192.0.2.8").status, 200);
  gate_.unblock("ip:192.0.2.7");
  EXPECT_TRUE(becomes(200, "192.0.2.7"));
}

TEST_F(GateAddressBlocks, OfNetworksOfBothVersionsInEverySpelling) {
  for (const auto& [key, inside, outside] : {std::tuple{"198.51.100.0/24", "198.51.100.9", "198.51.101.9"},
                                             {"198.51.100.77/24", "198.51.100.9", "198.51.101.9"},
                                             {"::ffff:198.51.100.0/120", "198.51.100.9", "198.51.101.9"},
                                             {"198.51.100.9", "::ffff:198.51.100.9", "198.51.100.8"},
                                             {"2001:DB8:0:0::1", "2001:db8::1", "2001:db8::2"},
                                             {"2001:db8::/32", "2001:db8:ffff::1", "2001:db9::1"}}) {
    gate_.block(std::string("ip:") + key);
    EXPECT_TRUE(becomes(403, inside)) << key;
    EXPECT_EQ(ask(outside).status, 200) << key;
    gate_.unblock(std::string("ip:") + key);
    EXPECT_TRUE(becomes(200, inside)) << key;
  }
}

TEST_F(GateAddressBlocks, EndWithTheKeyAndOutliveAFlush) {
  gate_.redis().cli("SET gatehouse:block:ip:192.0.2.0/24 flood PX 300");
  EXPECT_TRUE(becomes(403, "192.0.2.7"));
  EXPECT_TRUE(becomes(200, "192.0.2.7"));
  gate_.block("ip:192.0.2.0/24");
  EXPECT_TRUE(becomes(403, "192.0.2.7"));
  gate_.redis().cli("FLUSHALL");
  gate_.block("device:device-2");
  EXPECT_TRUE(gate_.becomes(403, "/app/", gate_.tokens().bearer({{"did", R"("device-2")"}})));
  EXPECT_EQ(ask("192.0.2.7").status, 403);
  gate_.redis().set_ready(2);
  EXPECT_TRUE(becomes(200, "192.0.2.7"));
}

TEST_F(GateAddressBlocks, OfEverythingSpareTheClientOfAUnixSocket) {
  gate_.block("ip:0.0.0.0/0");
  gate_.block("ip:::/0");
  EXPECT_TRUE(becomes(403, "192.0.2.7"));
  EXPECT_TRUE(becomes(403, "2001:db8::1"));
  EXPECT_EQ(gate_.status(), 200) << "it has no address";
}

TEST_F(GateAddressBlocks, AKeyThatNamesNoAddressIsToldOfAndBlocksNothing) {
  gate_.block("ip:nowhere");
  EXPECT_TRUE(wait_until([&] {
    return gate_.nginx().error_log().find("\"gatehouse:block:ip:nowhere\" blocks nothing") !=
           std::string::npos;
  })) << gate_.nginx().error_log();
  EXPECT_EQ(ask("192.0.2.7").status, 200);
}

}  // namespace
}  // namespace gatehouse::test
