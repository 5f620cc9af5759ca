// Directives: what nginx -t accepts, and that it names file and line of what it does not.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "test/support/nginx.hpp"
#include "test/support/tokens.hpp"

namespace gatehouse::test {
namespace {

class GateDirectives : public testing::Test {
 protected:
  GateDirectives() { write_file(folder_ / "jwks.json", tokens_.jwks()); }

  std::string issuer(const std::string& inside) { return "gatehouse_issuer main {\n" + inside + "\n}\n"; }
  std::string good_issuer(const std::string& more = "") {
    return issuer("issuer https://id.example.com; audience app; jwks " + (folder_ / "jwks.json") + ";" +
                  more);
  }
  std::string zone_and_redis() { return "gatehouse_zone gate:4m;\ngatehouse_redis unix:/nowhere.sock;\n"; }
  std::string base() { return zone_and_redis() + good_issuer(); }

  void expect_good(const std::string& http) {
    const Ran ran = Nginx::check(http);
    EXPECT_EQ(ran.status, 0) << http << '\n' << ran.output;
  }
  // `line` counts from the first line of `http`.
  void expect_bad(const std::string& http, const std::string& complaint) {
    const Ran ran = Nginx::check(http);
    EXPECT_NE(ran.status, 0) << http;
    EXPECT_NE(ran.output.find("[emerg]"), std::string::npos) << http << '\n' << ran.output;
    EXPECT_NE(ran.output.find(complaint), std::string::npos) << http << '\n' << ran.output;
    EXPECT_NE(ran.output.find("nginx.conf:"), std::string::npos) << http << '\n' << ran.output;
  }

  // The ```nginx blocks of a document.
  static std::vector<std::string> blocks_of_code(const std::string& document) {
    std::vector<std::string> blocks;
    for (std::size_t at = 0; (at = document.find("```nginx\n", at)) != document.npos;) {
      at += 9;
      blocks.push_back(document.substr(at, document.find("```", at) - at));
    }
    return blocks;
  }
  // The inside of http {} for a whole example, or one that shows some lines of a server or around it.
  std::string http_of(const std::string& example) {
    if (const std::size_t http = example.find("http {"); http != example.npos)
      return example.substr(http + 6, example.rfind('}') - http - 6);
    return base() + (example.find("server {") == example.npos ? "server {\n" + example + "}" : example);
  }

  TempDir folder_;
  TokenMaker tokens_;
};

TEST_F(GateDirectives, Zone) {
  expect_good("gatehouse_zone gate:4m;");
  for (const char* cache :
       {"cache=off", "cache=1m", "cache=2m", "events=off", "events=1m", "events=64k cache=2m"})
    expect_good(std::string("gatehouse_zone gate:4m ") + cache + ";");
  for (const char* cache : {"cache", "cache=", "cache=0", "cache=x", "cache=3m", "cash=1m",
                            "cache=1m cache=1m", "events=2m", "events", "events=1m events=1m"})
    expect_bad(std::string("gatehouse_zone gate:4m ") + cache + ";", "gatehouse_zone");
  for (const char* value :
       {"", "gate", "gate:", ":4m", "gate:4x", "gate:-1", "gate:1k", "gate:0", "a:4m b:4m"})
    expect_bad(std::string("gatehouse_zone ") + value + ";", "gatehouse_zone");
  expect_bad("gatehouse_zone gate:4m;\ngatehouse_zone other:4m;", "duplicate");
  expect_bad("server { gatehouse_zone gate:4m; }", "not allowed here");
}

TEST_F(GateDirectives, Redis) {
  for (const char* value :
       {"unix:/run/redis.sock", "127.0.0.1:6379", "localhost:6379", "[::1]:6379", "127.0.0.1:6379 db=3",
        "127.0.0.1:6379 reconcile=500ms", "127.0.0.1:6379 events=10", "127.0.0.1:6379 reconcile=5m"})
    expect_good(std::string("gatehouse_zone g:4m; gatehouse_redis ") + value + ";");
  for (const char* value :
       {"", "unix:", "127.0.0.1", "127.0.0.1:", "127.0.0.1:99999", ":6379", "127.0.0.1:6379 db=x",
        "127.0.0.1:6379 nonsense=1", "127.0.0.1:6379 reconcile=", "127.0.0.1:6379 reconcile=soon",
        "127.0.0.1:6379 reconcile=0", "127.0.0.1:6379 events=0", "127.0.0.1:6379 events=-1",
        "127.0.0.1:6379 password_file=/nowhere/password"})
    expect_bad(std::string("gatehouse_redis ") + value + ";", "gatehouse_redis");
}

TEST_F(GateDirectives, Issuer) {
  expect_good(good_issuer("algorithms EdDSA ES256 RS256 PS256; leeway 5s; max_age 1h; type at+jwt;"));
  expect_good(good_issuer("subject_claim user_id; session_claim session; device_claim device;"));
  expect_good(good_issuer("blocks on;"));
  expect_good(good_issuer("blocks on shop-;"));
  expect_good(good_issuer("blocks off;"));
  for (const char* value : {"", "yes", "off shop-", "on a b", "on \"\""})
    expect_bad(good_issuer(std::string("blocks ") + value + ";"), "blocks");
  expect_bad("gatehouse_issuer { }", "gatehouse_issuer");
  expect_bad(good_issuer() + good_issuer(), "duplicate");
  expect_bad(issuer("audience app; jwks " + (folder_ / "jwks.json") + ";"), "issuer");
  expect_bad(issuer("issuer a; jwks " + (folder_ / "jwks.json") + ";"), "audience");
  expect_bad(issuer("issuer a; audience b;"), "jwks");
  expect_bad(issuer("issuer a; issuer b; audience b; jwks x;"), "duplicate");
  expect_bad(good_issuer("algorithms HS256;"), "HS256");
  expect_bad(good_issuer("algorithms none;"), "none");
  expect_bad(good_issuer("leeway x;"), "leeway");
  expect_bad(good_issuer("nonsense on;"), "nonsense");
}

TEST_F(GateDirectives, JwksFile) {
  const auto with_file = [&](const std::string& name) {
    return issuer("issuer a; audience b; jwks " + (folder_ / name) + ";");
  };
  expect_bad(with_file("missing.json"), "missing.json");
  write_file(folder_ / "bad.json", "{}");
  expect_bad(with_file("bad.json"), "bad.json");
  write_file(folder_ / "empty.json", R"({"keys":[]})");
  expect_bad(with_file("empty.json"), "empty.json");
  write_file(folder_ / "private.json", R"({"keys":[{"kty":"OKP","crv":"Ed25519","d":"AA","x":"AA"}]})");
  expect_bad(with_file("private.json"), "private.json");
}

TEST_F(GateDirectives, JwksUrl) {
  const auto with = [&](const std::string& jwks) {
    return issuer("issuer a; audience b; jwks " + jwks + ";");
  };
  write_file(folder_ / "ca.pem", "-");
  for (const std::string& good :
       {std::string("https://id.example.com/jwks"), std::string("http://127.0.0.1:1/ refresh=1s"),
        "https://id.example.com/ refresh=1d ca=" + (folder_ / "ca.pem")})
    expect_good(with(good));
  for (const char* bad : {"http://id.example.com/jwks", "ftp://127.0.0.1/", "https://",
                          "https://a/ refresh=0", "https://a/ refresh=2d", "https://a/ refresh=x",
                          "https://a/ refresh=", "https://a/ ca=", "https://a/ ca=/nowhere/ca.pem",
                          "https://a/ nonsense=1", "https://a/ b"})
    expect_bad(with(bad), "jwks");
  expect_bad(with(folder_ / "jwks.json refresh=1s"), "refresh=1s");
}

TEST_F(GateDirectives, NoTwoIssuersHaveTheSameIss) {
  expect_bad(good_issuer() +
                 "gatehouse_issuer second { issuer https://id.example.com; audience other; jwks " +
                 (folder_ / "jwks.json") + "; }",
             "has the same \"issuer\" as \"main\"");
}

TEST_F(GateDirectives, Use) {
  const std::string second =
      "gatehouse_issuer second { issuer b; audience b; jwks " + (folder_ / "jwks.json") + "; }\n";
  expect_good(base() + second + "gatehouse_use main second; server { gatehouse a; gatehouse_use second; }");
  expect_good(base() + "server { location / { gatehouse a; limit_except GET { gatehouse_use main; } } }");
  expect_good("server { gatehouse a; gatehouse_use main; }\n" + base());
  expect_bad(base() + "server { gatehouse_use; }", "gatehouse_use");
  expect_bad(base() + "server { gatehouse_use main main; }", "duplicate issuer");
  expect_bad(base() + "server { gatehouse_use main; gatehouse_use main; }", "duplicate");
  expect_bad(base() + "server { location / { gatehouse a; gatehouse_use mian; } }",
             "no gatehouse_issuer has the name \"mian\"");
}

TEST_F(GateDirectives, Claim) {
  expect_good(base() + "gatehouse_claim $city address city; gatehouse_header X-City $city;");
  expect_good(base() + "gatehouse_claim $roles https://example.com/roles;");
  for (const char* bad : {"", "$city", "city address", "$ address", "$c-ity address", "$city \"\""})
    expect_bad(base() + "gatehouse_claim " + bad + ";", "gatehouse_claim");
  expect_bad(base() + "gatehouse_claim $city a; gatehouse_claim $city b;", "city");
  expect_bad(base() + "gatehouse_claim $remote_addr a;", "remote_addr");
  expect_bad(base() + "server { gatehouse_claim $city a; }", "not allowed here");
}

TEST_F(GateDirectives, Gatehouse) {
  expect_good(base() + "server { gatehouse \"all\"; location / { gatehouse off; } }");
  expect_good(base() + "server { location / { limit_except GET { gatehouse \"app\"; } } }");
  expect_bad(base() + "server { gatehouse; }", "gatehouse");
  expect_bad(base() + "server { gatehouse \"\"; }", "gatehouse");
  expect_bad(base() + "server { gatehouse a nonsense; }", "gatehouse");
  expect_bad(base() + "server { gatehouse a; gatehouse b; }", "duplicate");
}

// Each directive of a policy, with what it takes and what it does not; it stands wherever a policy can.
struct Values {
  const char* directive;
  std::vector<const char*> good;
  std::vector<const char*> bad;
};

class GateDirectiveValues : public GateDirectives, public testing::WithParamInterface<Values> {};

INSTANTIATE_TEST_SUITE_P(
    OfEach, GateDirectiveValues,
    testing::Values(
        Values{"gatehouse",
               {"app", "\"the app\" optional", "off"},
               {"", "app required", "off optional", "a optional b"}},
        Values{"gatehouse_token",
               {"header", "cookie=access", "arg=token header", "cookie=a cookie=b"},
               {"", "body", "cookie", "cookie=", "\"cookie=a b\"", "arg=", "header header",
                "cookie=a cookie=a"}},
        Values{"gatehouse_csrf", {"on", "off"}, {"", "maybe", "on off"}},
        Values{
            "gatehouse_origin",
            {"https://a.example", "https://a.example http://localhost:3000"},
            {"", "*", "a.example", "https://a.example/", "https://a.example:443", "https://a.example null"}},
        Values{"gatehouse_preflight", {"allow", "deny"}, {"", "on", "allow deny"}},
        Values{"gatehouse_require",
               {"$gatehouse_claim_role", "$gatehouse_subject $request_method error=401", "1 error=403"},
               {"", "error=401", "$gatehouse_subject error=404"}},
        Values{"gatehouse_pass_cookies", {"on", "off"}, {"", "yes"}},
        Values{"gatehouse_close_expired", {"on", "off"}, {"", "yes"}},
        Values{"gatehouse_dry_run", {"on", "off"}, {"", "yes"}},
        Values{"gatehouse_events", {"off", "denied", "all"}, {"", "on", "all denied"}},
        Values{"gatehouse_log_level", {"info", "notice", "warn", "error"}, {"", "debug", "info warn"}},
        Values{"gatehouse_stale", {"5m", "30s deny", "1h allow"}, {"", "x", "5m maybe", "5m allow deny"}}),
    [](const auto& info) { return std::string(info.param.directive); });

TEST_P(GateDirectiveValues, AreTakenOrRefused) {
  const std::string name = GetParam().directive;
  for (const char* value : GetParam().good) {
    const std::string line = name + ' ' + value + ";\n";
    expect_good(base() + line + "server { " + line + " location / { " + line + " if ($arg_x) { " + line +
                "} limit_except GET { " + line + "} } }");
  }
  for (const char* value : GetParam().bad)
    expect_bad(base() + "server { " + name + ' ' + value + "; }", '"' + name + '"');
  expect_bad(base() + "upstream u { " + name + ' ' + GetParam().good.front() + "; }", "not allowed here");
}

TEST_F(GateDirectives, OfAPolicyStandOnceInABlock) {
  for (const char* line :
       {"gatehouse_token header;", "gatehouse_csrf on;", "gatehouse_preflight deny;", "gatehouse_stale 1m;"})
    expect_bad(base() + "server {\n" + line + '\n' + line + "\n}", "duplicate");
  expect_good(base() +
              "server { gatehouse_require 1; gatehouse_require $request_method; gatehouse_origin "
              "https://a.example; gatehouse_origin https://b.example; }");
}

TEST_F(GateDirectives, Metrics) {
  const std::string server = "server { location /metrics { gatehouse_metrics; } }";
  expect_good("gatehouse_zone gate:4m;\n" + server);
  expect_bad(server, "\"gatehouse_metrics\"");
  expect_bad("gatehouse_zone gate:4m; server { location / { gatehouse_metrics on; } }", "gatehouse_metrics");
  expect_bad("gatehouse_zone gate:4m; server { gatehouse_metrics; }", "not allowed here");
}

TEST_F(GateDirectives, GatehouseNeedsAZoneRedisAndAnIssuer) {
  const std::string server = "server { location / { gatehouse app; } }";
  expect_good(base() + server);
  expect_bad(zone_and_redis() + server, "gatehouse_issuer");
  expect_bad("gatehouse_zone gate:4m;\n" + good_issuer() + server, "gatehouse_redis");
  expect_bad("gatehouse_redis unix:/nowhere.sock;\n" + good_issuer() + server, "gatehouse_zone");
}

TEST_F(GateDirectives, Header) {
  expect_good(base() +
              "gatehouse_header X-User $gatehouse_subject; server { gatehouse_header X-User "
              "$gatehouse_claim_name; }");
  expect_bad(base() + "gatehouse_header X-User;", "gatehouse_header");
  expect_bad(base() + "gatehouse_header \"X User\" $gatehouse_subject;", "X User");
  expect_bad(base() + "gatehouse_header \"\" $gatehouse_subject;", "gatehouse_header");
  const Ran unknown = Nginx::check(base() + "gatehouse_header X-User $no_such_variable;");
  EXPECT_NE(unknown.output.find("[emerg] unknown \"no_such_variable\" variable"), std::string::npos);
  for (const char* name : {"Host", "Content-Length", "Transfer-Encoding", "Connection", "Authorization"})
    expect_bad(base() + "gatehouse_header " + name + " $gatehouse_subject;", name);
}

TEST_F(GateDirectives, ExamplesOfTheDocumentsAreAccepted) {
  const std::string example = read_file("nginx/example.conf");
  EXPECT_NE(read_file("README.md").find(example), std::string::npos)
      << "README.md does not show nginx/example.conf";
  std::vector<std::string> examples = blocks_of_code(read_file("docs/directives.md"));
  EXPECT_GT(examples.size(), 5U);
  examples.push_back(example);
  for (const std::string& text : examples) {
    std::string http = http_of(text);
    for (const auto& [shown, real] :
         {std::pair<std::string, std::string>{"/var/lib/gatehouse/jwks.json", folder_ / "jwks.json"},
          {"/var/log/nginx/", folder_.path() + '/'}})
      if (const std::size_t at = http.find(shown); at != http.npos) http.replace(at, shown.size(), real);
    expect_good(http);
  }
}

TEST_F(GateDirectives, CheckingDoesNotConnect) {
  expect_good("gatehouse_zone gate:4m; gatehouse_redis 127.0.0.1:1;\n" + good_issuer() +
              "server { gatehouse app; }");
}

}  // namespace
}  // namespace gatehouse::test
