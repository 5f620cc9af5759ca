// What every call has in common, and the way through the first ones.
#include "http/service.hpp"

#include <gtest/gtest.h>

#include <future>
#include <latch>
#include <nlohmann/json.hpp>

#include "test/http/api.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::http {
namespace {

TEST_F(ApiTest, LeadsFromRegistrationToLogin) {
  const std::string credentials = R"({"username":"alice","password":"correct horse battery"})";
  const Response registered =
      call("POST", "/accounts",
           R"({"username":"alice","email":"alice@example.org","password":"correct horse battery"})");
  ASSERT_EQ(outcome(registered), "202");
  EXPECT_EQ(outcome(call("POST", "/sessions", credentials)), "403 email_unverified");

  const std::string challenge = body_of(registered).at("challenge_id");
  const std::string code = json{{"code", house_.code_for("alice@example.org")}}.dump();
  const Response verified = call("POST", "/challenges/" + challenge + "/verify", code);
  ASSERT_EQ(outcome(verified), "200");
  EXPECT_EQ(body_of(verified),
            (json{{"purpose", "verify_email"}, {"username", "alice"}, {"verified", true}}));
  EXPECT_EQ(outcome(call("POST", "/challenges/" + challenge + "/verify", code)).substr(0, 1), "4");

  const Response login = call("POST", "/sessions", credentials);
  ASSERT_EQ(outcome(login), "201");
  const json tokens = body_of(login);
  EXPECT_EQ(tokens.at("token_type"), "Bearer");
  EXPECT_EQ(tokens.at("expires_in"), 300);
  for (const char* name : {"access_token", "refresh_token", "session_id", "device_id", "device_token", "jti"})
    EXPECT_TRUE(tokens.at(name).is_string()) << name;
  EXPECT_TRUE(tokens.at("refresh_expires_in").is_number_integer());
}

TEST_F(ApiTest, LogsInByUsernameEmailOrEither) {
  const Member alice = house_.member("alice");
  for (const auto& [name, value] : std::map<std::string, std::string>{
           {"username", alice.username}, {"email", alice.email}, {"identifier", alice.email}})
    EXPECT_EQ(outcome(call("POST", "/sessions", json{{name, value}, {"password", alice.password}}.dump())),
              "201")
        << name;
  const Response wrong =
      call("POST", "/sessions", json{{"username", alice.username}, {"password", "wrong password"}}.dump());
  EXPECT_EQ(outcome(wrong), "401 invalid_credentials");
  EXPECT_EQ(wrong.headers.only("WWW-Authenticate"), R"(Bearer realm="gatehouse")");
}

TEST_F(ApiTest, KnowsADeviceByItsTokenInTheHeader) {
  const Member alice = house_.member("alice");
  const json first = body_of(log_in(alice));
  const Headers known{{"X-Device-Token", first.at("device_token").get<std::string>()}};
  EXPECT_EQ(body_of(log_in(alice, known)).at("device_id"), first.at("device_id"));
  EXPECT_NE(body_of(log_in(alice)).at("device_id"), first.at("device_id"));
}

TEST_F(ApiTest, ShowsTheAccountToItsBearer) {
  const Member alice = house_.member("alice");
  const accounts::Login login = house_.sign_in(alice);
  const Response response = call(login, "GET", "/account");
  ASSERT_EQ(outcome(response), "200");
  const json account = body_of(response);
  EXPECT_EQ(account.at("username"), alice.username);
  EXPECT_EQ(account.at("email"), alice.email);
  EXPECT_EQ(account.at("email_verified"), true);
  EXPECT_EQ(account.at("login_count"), 1);
  EXPECT_EQ(account.at("last_login_device"), login.device.str());
  EXPECT_EQ(account.at("last_logout_at"), nullptr);
  EXPECT_EQ(account.at("attributes"), json::object());
  EXPECT_EQ(account.count("password_hash"), 0U);
}

TEST_F(ApiTest, BelievesNothingButAValidToken) {
  const accounts::Login login = house_.sign_in(house_.member("alice"));
  const std::string token(login.access_token.expose());
  const auto with = [&](const std::string& authorization) {
    return call("GET", "/account", "", {{"Authorization", authorization}});
  };
  EXPECT_EQ(outcome(with("Bearer " + token)), "200");
  EXPECT_EQ(outcome(with("bearer  " + token)), "200");

  const Response bare = call("GET", "/account");
  EXPECT_EQ(outcome(bare), "401 unauthenticated");
  EXPECT_EQ(bare.headers.only("WWW-Authenticate"), R"(Bearer realm="gatehouse")");
  const Response bad = with("Bearer " + token + "x");
  EXPECT_EQ(outcome(bad), "401 unauthenticated");
  EXPECT_EQ(bad.headers.only("WWW-Authenticate"), R"(Bearer realm="gatehouse", error="invalid_token")");
  for (const std::string& authorization :
       {std::string("Bearer"), std::string("Bearer "), "Basic " + token, token, "Bearer" + token,
        "Bearer " + token + " x", "Bearer " + std::string(login.refresh_token.expose())})
    EXPECT_EQ(outcome(with(authorization)), "401 unauthenticated") << authorization.substr(0, 10);
  EXPECT_EQ(outcome(call("GET", "/account", "",
                         {{"Authorization", "Bearer " + token}, {"Authorization", "Bearer " + token}})),
            "401 unauthenticated");
  EXPECT_EQ(outcome(call("GET", "/account", "", {{"X-Auth-User", "alice"}})), "401 unauthenticated");
}

TEST_F(ApiTest, IgnoresATokenOnPublicCalls) {
  const Member alice = house_.member("alice");
  EXPECT_EQ(outcome(log_in(alice, {{"Authorization", "Bearer nonsense"}})), "201");
}

TEST_F(ApiTest, BlocksAndUnblocksADevice) {
  const Member alice = house_.member("alice");
  const accounts::Login laptop = house_.sign_in(alice);
  const accounts::Login phone = house_.sign_in(alice);
  const std::string block = "/devices/" + laptop.device.str() + "/block";
  EXPECT_EQ(outcome(call(phone, "PUT", block, R"({"reason":"lost"})")), "204");
  EXPECT_EQ(outcome(call(laptop, "GET", "/account")), "403 device_blocked");
  EXPECT_EQ(outcome(log_in(alice, {{"X-Device-Token", std::string(laptop.device_token.expose())}})),
            "403 device_blocked");

  const json devices = body_of(call(phone, "GET", "/devices")).at("devices");
  ASSERT_EQ(devices.size(), 2U);
  EXPECT_EQ(devices.at(0).at("id"), phone.device.str());
  EXPECT_EQ(devices.at(0).at("current"), true);
  EXPECT_EQ(devices.at(0).at("blocked"), nullptr);
  EXPECT_EQ(devices.at(1).at("current"), false);
  EXPECT_EQ(devices.at(1).at("blocked").at("reason"), "lost");

  EXPECT_EQ(outcome(call(phone, "DELETE", block)), "204");
  EXPECT_EQ(outcome(call(laptop, "GET", "/account")), "200");
  EXPECT_EQ(outcome(call(phone, "PUT", block)), "204") << "the reason may be left out";
}

TEST_F(ApiTest, SaysWhenABlockIsNotYetInForce) {
  const accounts::Login login = house_.sign_in(house_.member("alice"));
  house_.live.dark = true;
  const Response blocked = call(login, "PUT", "/devices/" + login.device.str() + "/block");
  EXPECT_EQ(outcome(blocked), "202");
  EXPECT_EQ(body_of(blocked), (json{{"enforcement", "pending"}}));
  EXPECT_EQ(outcome(call(login, "GET", "/account")), "403 device_blocked");
}

TEST(ApiWithoutPostgreSQL, IsUnavailableAndSaysWhenToComeAgain) {
  test::Postgres cluster;
  House house(cluster);
  const Member alice = house.member("alice");
  const Backend backend{.ports = house.ports(),
                        .readiness = [] { return Readiness{}; },
                        .verify_email_page = verify_email_page(),
                        .cookies = Cookies(true),
                        .origins = kOrigins};
  Lanes lanes(kLanes);
  Service service(routes(), backend, lanes, kNoProxies, system_random());
  const auto log_in = [&] {
    return send(service, request("POST", "/auth/v1/sessions",
                                 json{{"username", alice.username}, {"password", alice.password}}.dump()));
  };
  cluster.kill();
  Response refused;
  EXPECT_TRUE(test::wait_until([&] {
    refused = log_in();
    return outcome(refused) != "201";
  })) << "backends outlive the postmaster by a moment";
  EXPECT_EQ(outcome(refused), "503 unavailable");
  EXPECT_EQ(refused.headers.only("Retry-After"), "1");
  cluster.start();
  EXPECT_EQ(outcome(log_in()), "201");
}

TEST_F(ApiTest, EndsASession) {
  const accounts::Login login = house_.sign_in(house_.member("alice"));
  EXPECT_EQ(outcome(call(login, "DELETE", "/sessions/current")), "204");
  EXPECT_EQ(outcome(call(login, "GET", "/account")), "401 unauthenticated");
}

TEST_F(ApiTest, RefreshesTheTokensOfASession) {
  const json login = body_of(log_in(house_.member("alice")));
  const auto refresh = [&](const json& body) { return call("POST", "/tokens/refresh", body.dump()); };
  const Response response = refresh({{"refresh_token", login.at("refresh_token")}});
  ASSERT_EQ(outcome(response), "200");
  json tokens = body_of(response);
  json expected = login;
  expected.erase("device_token");
  for (const auto& [name, value] : expected.items()) EXPECT_TRUE(tokens.contains(name)) << name;
  EXPECT_EQ(tokens.size(), expected.size());
  EXPECT_EQ(tokens.at("session_id"), login.at("session_id"));
  EXPECT_EQ(outcome(refresh({{"refresh", tokens.at("refresh_token")}})), "200") << "the name for short";

  const Response reused = refresh({{"refresh_token", login.at("refresh_token")}});
  EXPECT_EQ(outcome(reused), "401 refresh_reused");
  EXPECT_EQ(reused.headers.only("WWW-Authenticate"), R"(Bearer realm="gatehouse")");
  EXPECT_EQ(outcome(refresh({{"refresh_token", tokens.at("refresh_token")}})), "401 session_ended");
  EXPECT_EQ(outcome(refresh({{"refresh_token", login.at("access_token")}})), "401 refresh_invalid");
  EXPECT_EQ(outcome(refresh({{"refresh_token", 1}})), "422 invalid_input");
  EXPECT_EQ(outcome(refresh({{"refresh_token", "a"}, {"refresh", "a"}})), "422 invalid_input");
  EXPECT_EQ(outcome(refresh(json::object())), "422 invalid_input");
}

TEST_F(ApiTest, ListsAndEndsSessions) {
  const Member alice = house_.member("alice");
  const accounts::Login here = house_.sign_in(alice);
  const accounts::Login there = house_.sign_in(alice);
  const accounts::Login mallory = house_.sign_in(house_.member("mallory"));
  const json sessions = body_of(call(here, "GET", "/sessions")).at("sessions");
  ASSERT_EQ(sessions.size(), 2U);
  EXPECT_EQ(sessions.at(0).at("id"), there.session.str());
  EXPECT_EQ(sessions.at(0).at("current"), false);
  EXPECT_EQ(sessions.at(1).at("current"), true);
  EXPECT_EQ(sessions.at(1).at("active"), true);
  EXPECT_EQ(sessions.at(1).at("ended_at"), nullptr);
  EXPECT_EQ(sessions.dump().find("salt"), std::string::npos);

  const std::string path = "/sessions/" + there.session.str();
  EXPECT_EQ(outcome(call(mallory, "DELETE", path)), "404 not_found");
  EXPECT_EQ(outcome(call(here, "DELETE", path)), "204");
  EXPECT_EQ(outcome(call(here, "DELETE", path)), "404 not_found") << "it is over";
  for (const char* query : {"", "?", "?scope=", "?scope=mine", "?scope=all&scope=others", "?x=1&scope=all"})
    EXPECT_EQ(outcome(call(here, "DELETE", std::string("/sessions") + query)), "422 invalid_input") << query;
  EXPECT_EQ(outcome(call(here, "DELETE", "/sessions?scope=others")), "204");
  EXPECT_EQ(outcome(call(here, "GET", "/account")), "200");
  house_.live.dark = true;
  EXPECT_EQ(outcome(call(here, "DELETE", "/sessions?scope=all")), "202");
  EXPECT_EQ(outcome(call(here, "GET", "/sessions")), "401 unauthenticated");
  EXPECT_EQ(outcome(call(mallory, "GET", "/account")), "200");
}

TEST_F(ApiTest, ListsSessionsInPages) {
  const Member alice = house_.member("alice");
  const accounts::Login here = house_.sign_in(alice);
  const accounts::Login there = house_.sign_in(alice);
  const json first = body_of(call(here, "GET", "/sessions?limit=1"));
  EXPECT_EQ(first.at("sessions").at(0).at("id"), there.session.str());
  const std::string cursor = first.at("next_cursor");
  const json second = body_of(call(here, "GET", "/sessions?cursor=" + cursor));
  ASSERT_EQ(second.at("sessions").size(), 1U);
  EXPECT_EQ(second.at("sessions").at(0).at("id"), here.session.str());
  EXPECT_EQ(second.at("next_cursor"), nullptr);
  for (const std::string& query :
       {std::string("limit=0"), std::string("limit=101"), std::string("cursor="), "cursor=x" + cursor,
        "cursor=" + cursor.substr(1), "cursor=" + cursor + "&cursor=" + cursor, std::string("page=2")})
    EXPECT_EQ(outcome(call(here, "GET", "/sessions?" + query)), "422 invalid_input") << query;
}

TEST_F(ApiTest, ShowsNobodyWhatIsAnothers) {
  const accounts::Login alice = house_.sign_in(house_.member("alice"));
  const accounts::Login mallory = house_.sign_in(house_.member("mallory"));
  const std::string block = "/devices/" + alice.device.str() + "/block";
  EXPECT_EQ(outcome(call(mallory, "PUT", block)), "404 not_found");
  EXPECT_EQ(outcome(call(mallory, "DELETE", block)), "404 not_found");
  EXPECT_EQ(outcome(call("PUT", block)), "401 unauthenticated");
  EXPECT_EQ(outcome(call(alice, "GET", "/account")), "200");
}

TEST_F(ApiTest, RefusesMembersThatWouldMakeAnAdministrator) {
  for (const char* name : {"role", "roles", "id", "verified", "email_verified", "is_staff"}) {
    json body{
        {"username", "mallory"}, {"email", "mallory@example.org"}, {"password", "correct horse battery"}};
    body[name] = "admin";
    const Response response = call("POST", "/accounts", body.dump());
    EXPECT_EQ(outcome(response), "422 invalid_input") << name;
    EXPECT_EQ(
        body_of(response).at("errors"),
        json::array({{{"member", name}, {"code", "unknown_member"}, {"detail", "there is no such member"}}}));
  }
  EXPECT_EQ(house_.sql("SELECT count(*) FROM account"), "0");
}

TEST_F(ApiTest, PassesOnEveryFaultThatTheUseCaseFinds) {
  const Response response = call("POST", "/accounts", R"({"username":"a","email":"b","password":"c"})");
  EXPECT_EQ(outcome(response), "422 invalid_input");
  const json body = body_of(response);
  std::vector<std::string> members;
  for (const json& fault : body.at("errors")) members.push_back(fault.at("member"));
  EXPECT_EQ(members, (std::vector<std::string>{"username", "email", "password"}));
}

TEST_F(ApiTest, KeepsNothingInCachesButTheKeys) {
  const accounts::Login login = house_.sign_in(house_.member("alice"));
  for (const Response& response :
       {call(login, "GET", "/account"), call(login, "GET", "/devices"), call("GET", "/account"),
        call("GET", "/nowhere"), call("POST", "/sessions", "{"), call("OPTIONS", "/sessions"),
        call("GET", "/healthz"), call(login, "DELETE", "/sessions/current")}) {
    EXPECT_EQ(response.headers.only("Cache-Control"), "no-store") << response.body;
    EXPECT_EQ(response.headers.only("X-Request-ID").value_or("").size(), 32U) << response.body;
  }
  const Response keys = send(service_, request("GET", "/.well-known/jwks.json"));
  EXPECT_EQ(keys.status, 200);
  EXPECT_EQ(keys.headers.only("Cache-Control"), "public, max-age=300");
  EXPECT_EQ(body_of(keys).at("keys").at(0).count("d"), 0U) << "a private key";
  EXPECT_EQ(body_of(keys).at("keys").at(0).at("kty"), "OKP");
}

TEST_F(ApiTest, TellsMethodsAndPathsThatItDoesNotHave) {
  EXPECT_EQ(outcome(call("GET", "/nowhere")), "404 not_found");
  EXPECT_EQ(outcome(call("POST", "/challenges/not-an-id/verify", "{}")), "404 not_found");
  const Response method = call("PATCH", "/sessions");
  EXPECT_EQ(outcome(method), "405 method_not_allowed");
  EXPECT_EQ(method.headers.only("Allow"), "POST, GET, HEAD, DELETE, OPTIONS");
  EXPECT_EQ(call("OPTIONS", "/sessions").headers.only("Allow"), "POST, GET, HEAD, DELETE, OPTIONS");
  EXPECT_EQ(outcome(call("OPTIONS", "/sessions")), "204");
  EXPECT_EQ(outcome(call("HEAD", "/healthz")), "200");
}

TEST_F(ApiTest, IsReadyWithoutRedisButNotWithoutItsDatabase) {
  readiness_.redis = "dark";
  const Response without_redis = call("GET", "/readyz");
  EXPECT_EQ(without_redis.status, 200);
  EXPECT_EQ(body_of(without_redis), (json{{"status", "ready"}, {"postgresql", "ready"}, {"redis", "dark"}}));
  readiness_.database = false;
  const Response without_database = call("GET", "/readyz");
  EXPECT_EQ(without_database.status, 503);
  EXPECT_EQ(body_of(without_database).at("postgresql"), "dark");
  EXPECT_EQ(call("GET", "/healthz").status, 200);
}

TEST_F(ApiTest, RecordsWhereARequestCameFrom) {
  const Member alice = house_.member("alice");
  const Response login = log_in(alice);
  const std::string id(login.headers.only("X-Request-ID").value());
  EXPECT_EQ(
      house_.sql("SELECT host(ip) || ' ' || user_agent FROM event WHERE type = 'login' AND request_id = '" +
                 id + "'"),
      "203.0.113.5 Test/1.0");
}

// Handlers of the tests' own.
std::latch* the_latch = nullptr;
Outcome wait_for_latch(const Call&) {
  the_latch->wait();
  return Response{.status = 204, .headers = {}, .body = {}};
}
Outcome answer_at_once(const Call&) {
  return Response{.status = 204, .headers = {}, .body = {}};
}
Outcome break_down(const Call&) {
  throw std::runtime_error("password=hunter2");
}

const std::vector<Route> kRoutes{{"POST", "/hash", Lane::kPassword, wait_for_latch},
                                 {"GET", "/quick", Lane::kQuick, answer_at_once},
                                 {"GET", "/broken", Lane::kQuick, break_down}};

class ServiceTest : public testing::Test {
 protected:
  House house_;
  Backend backend_{.ports = house_.ports(),
                   .readiness = [] { return Readiness{}; },
                   .verify_email_page = verify_email_page(),
                   .cookies = Cookies(true),
                   .origins = kOrigins};
  Lanes lanes_{{.quick = {.threads = 1, .waiting = 10}, .password = {.threads = 1, .waiting = 1}}};
  Service service_{kRoutes, backend_, lanes_, kNoProxies, system_random()};
};

TEST_F(ServiceTest, AnswersBusyWhenThePasswordLaneIsFullAndGoesOnWithTheRest) {
  std::latch open(1);
  the_latch = &open;
  std::promise<void> first;
  std::promise<void> second;
  service_(request("POST", "/hash"), [&](const Response&) { first.set_value(); });
  service_(request("POST", "/hash"), [&](const Response&) { second.set_value(); });
  const Response refused = send(service_, request("POST", "/hash"));
  EXPECT_EQ(outcome(refused), "503 busy");
  EXPECT_EQ(refused.headers.only("Retry-After"), "1");
  EXPECT_EQ(outcome(send(service_, request("GET", "/quick"))), "204");
  open.count_down();
  first.get_future().get();
  second.get_future().get();
}

TEST_F(ServiceTest, KeepsTheReasonOfAFailureToItself) {
  const Response response = send(service_, request("GET", "/broken", "", {{"X-Request-ID", "abc"}}));
  EXPECT_EQ(outcome(response), "500 internal_error");
  EXPECT_EQ(response.body.find("hunter2"), std::string::npos);
  EXPECT_EQ(json::parse(response.body).at("request_id"), "abc");
  EXPECT_EQ(response.headers.only("X-Request-ID"), "abc");
}

}  // namespace
}  // namespace gatehouse::http
