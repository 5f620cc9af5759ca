#include "accounts/refresh.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <latch>
#include <thread>

#include "accounts/device_blocking.hpp"
#include "accounts/logout.hpp"
#include "accounts/refresh_token.hpp"
#include "base/hex.hpp"
#include "jose/base64url.hpp"
#include "notify/templates.hpp"
#include "test/support/house.hpp"
#include "test/support/late_database.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::accounts {
namespace {

using test::House;
using test::Member;

class RefreshTest : public testing::Test {
 protected:
  Result<Refreshed, Refusal> use(const Secret& token) { return refresh(house.ports(), token, house.origin); }
  // "ok", or the code of the refusal.
  std::string outcome(const Secret& token) {
    const auto refreshed = use(token);
    return refreshed ? "ok" : std::string(code(refreshed.error().error));
  }
  bool lets_in(const Secret& access_token) {
    return authenticate(house.ports(), access_token.expose(), house.origin).has_value();
  }
  std::string counter() { return house.sql("select refresh_counter from session"); }
  std::string count(const std::string& condition) {
    return house.sql("select count(*) from event where " + condition);
  }
  std::size_t mails_of_reuse() {
    return std::ranges::count(house.mails(), "refresh_reused", &Mail::template_name);
  }
  // As if the newest token had been made that much earlier.
  void age(const std::string& interval) {
    house.sql("update session set refreshed_at = refreshed_at - interval '" + interval + "'");
  }
  void insert_block(const std::string& kind, const std::string& subject, const std::string& value = "lost") {
    house.sql(
        "insert into block (id, kind, subject, value, source, created_at) values (gen_random_uuid(), '" +
        kind + "', '" + subject + "', '" + value + "', 'api', now())");
  }
  // A token of the session that only its row and the master key can make.
  Secret token_of(SessionId session, std::uint32_t counter) {
    const std::string salt =
        from_hex(
            house.sql("select encode(refresh_salt, 'hex') from session where id = '" + session.str() + "'"))
            .value();
    return make_refresh_token({.session = session, .counter = counter}, salt, house.secrets);
  }

  House house;
  Member alice = house.member("alice");
  Login login = house.sign_in(alice);
};

TEST_F(RefreshTest, GivesAFreshAccessTokenAndTheNextRefreshToken) {
  const Refreshed refreshed = use(login.refresh_token).value();
  EXPECT_TRUE(lets_in(refreshed.access_token));
  EXPECT_TRUE(lets_in(login.access_token)) << "the one before is good until it expires";
  EXPECT_NE(refreshed.refresh_token.expose(), login.refresh_token.expose());
  EXPECT_EQ(refreshed.session, login.session);
  EXPECT_EQ(refreshed.device, login.device);
  EXPECT_NE(refreshed.token_id, login.token_id);
  EXPECT_EQ(refreshed.expires_in, std::chrono::minutes(5));
  EXPECT_EQ(refreshed.refresh_expires_in, std::chrono::days(14));
  EXPECT_EQ(counter(), "2");
  EXPECT_EQ(count("type = 'refresh' and outcome = 'ok' and session_id = '" + login.session.str() +
                  "' and token_id = '" + refreshed.token_id.str() + "'"),
            "1");
  EXPECT_EQ(outcome(refreshed.refresh_token), "ok");
  EXPECT_EQ(counter(), "3");
}

TEST_F(RefreshTest, WithinTheGraceWindowGivesTheIdenticalSuccessorAgain) {
  const Refreshed first = use(login.refresh_token).value();
  age("29 seconds");
  const Refreshed again = use(login.refresh_token).value();
  EXPECT_EQ(again.refresh_token.expose(), first.refresh_token.expose());
  EXPECT_NE(again.access_token.expose(), first.access_token.expose());
  EXPECT_TRUE(lets_in(again.access_token));
  EXPECT_EQ(counter(), "2");
  EXPECT_EQ(count("type = 'refresh' and outcome = 'ok' and reason = 'repeated'"), "1");
  EXPECT_EQ(mails_of_reuse(), 0U);
}

TEST_F(RefreshTest, AfterTheGraceWindowIsReuseThatRevokesAndMailsOnce) {
  const Refreshed thief = use(login.refresh_token).value();
  age("31 seconds");
  const int woken = house.mail.woken;
  EXPECT_EQ(outcome(login.refresh_token), "refresh_reused");
  EXPECT_EQ(house.sql("select end_reason from session where ended_at is not null"), "refresh_reused");
  EXPECT_TRUE(house.live.keys.contains(block_key(login.session).redis_key()));
  EXPECT_FALSE(lets_in(login.access_token));
  EXPECT_FALSE(lets_in(thief.access_token));
  EXPECT_EQ(outcome(login.refresh_token), "session_ended");
  EXPECT_EQ(outcome(thief.refresh_token), "session_ended");
  EXPECT_EQ(count("type = 'refresh' and outcome = 'refused' and reason = 'refresh_reused'"), "1");
  EXPECT_EQ(mails_of_reuse(), 1U);
  EXPECT_EQ(house.mail.woken, woken + 1);
  EXPECT_EQ(house.mails().back().to, alice.email);
}

TEST_F(RefreshTest, OfAnOlderTokenIsReuseAlsoWithinTheWindow) {
  const Refreshed second = use(login.refresh_token).value();
  ASSERT_TRUE(use(second.refresh_token));
  EXPECT_EQ(outcome(login.refresh_token), "refresh_reused");
  EXPECT_EQ(mails_of_reuse(), 1U);
}

TEST_F(RefreshTest, OfManyAtOnceGivesExactlyOneSuccessor) {
  Secret token(std::string(login.refresh_token.expose()));
  for (int round = 1; round <= 5; ++round) {
    constexpr int kUses = 100;
    std::latch start(kUses);
    std::vector<std::string> successors(kUses);
    std::vector<std::thread> callers;
    for (int i = 0; i < kUses; ++i)
      callers.emplace_back([&, i] {
        start.arrive_and_wait();
        const auto refreshed = use(token);
        successors[i] = refreshed ? std::string(refreshed->refresh_token.expose())
                                  : std::string(code(refreshed.error().error));
      });
    for (std::thread& caller : callers) caller.join();
    for (const std::string& successor : successors) ASSERT_EQ(successor, successors.front());
    ASSERT_EQ(counter(), std::to_string(round + 1));
    ASSERT_EQ(count("type = 'refresh' and outcome = 'ok' and reason = ''"), std::to_string(round));
    token = Secret(successors.front());
  }
  EXPECT_EQ(mails_of_reuse(), 0U);
}

TEST_F(RefreshTest, OfManyReusesAtOnceMailsOnce) {
  ASSERT_TRUE(use(login.refresh_token));
  age("31 seconds");
  std::vector<std::thread> callers;
  for (int i = 0; i < 50; ++i) callers.emplace_back([&] { EXPECT_NE(outcome(login.refresh_token), "ok"); });
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(mails_of_reuse(), 1U);
  EXPECT_EQ(house.sql("select count(*) from block where kind = 'session'"), "1");
}

TEST_F(RefreshTest, BelievesNoTokenThatWasAlteredCutOrIsAnotherSessions) {
  const std::string text(login.refresh_token.expose());
  const std::string bytes = jose::base64url_decode(text).value();
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string altered = bytes;
    altered[i] = static_cast<char>(altered[i] ^ 1);
    EXPECT_EQ(outcome(Secret(jose::base64url_encode(altered))), "refresh_invalid") << i;
  }
  for (std::size_t size = 0; size < text.size(); ++size)
    EXPECT_EQ(outcome(Secret(text.substr(0, size))), "refresh_invalid") << size;
  for (const std::string& other :
       {text + "A", text + "=", " " + text, std::string(login.access_token.expose()),
        std::string(login.device_token.expose()), std::string("\0", 1), std::string(100'000, 'A')})
    EXPECT_EQ(outcome(Secret(other)), "refresh_invalid") << other.substr(0, 80);

  const Login other = house.sign_in(alice);
  std::string grafted = bytes;
  grafted.replace(3, 16, jose::base64url_decode(other.refresh_token.expose())->substr(3, 16));
  EXPECT_EQ(outcome(Secret(jose::base64url_encode(grafted))), "refresh_invalid");
  EXPECT_EQ(house.sql("select max(refresh_counter) from session"), "1");
  EXPECT_EQ(outcome(login.refresh_token), "ok") << "none of them has done the session any harm";
}

TEST_F(RefreshTest, OfASessionThatIsNoMoreIsInvalid) {
  house.sql("delete from session");
  EXPECT_EQ(outcome(login.refresh_token), "refresh_invalid");
}

TEST_F(RefreshTest, GoesOnAfterARestart) {
  const Refreshed before = use(login.refresh_token).value();
  store::PostgresDatabase database(house.conninfo);
  const Secrets secrets{Secret(std::string(32, 'm'))};
  const SigningKeys signing_keys = SigningKeys::load(database, secrets, system_random());
  const Ports& ports = house.ports();
  Ports restarted{database,     ports.live, ports.mail,  ports.passwords,
                  signing_keys, secrets,    ports.rules, ports.random};
  const auto repeated = refresh(restarted, login.refresh_token, house.origin);
  ASSERT_TRUE(repeated);
  EXPECT_EQ(repeated->refresh_token.expose(), before.refresh_token.expose());
  EXPECT_TRUE(refresh(restarted, before.refresh_token, house.origin));

  const Secrets others{Secret(std::string(32, 'n'))};
  Ports foreign{database,     ports.live, ports.mail,  ports.passwords,
                signing_keys, others,     ports.rules, ports.random};
  EXPECT_EQ(refresh(foreign, before.refresh_token, house.origin).error().error, Error::kRefreshInvalid);
}

TEST_F(RefreshTest, LosesToALogoutAlsoWithinTheWindow) {
  const Refreshed refreshed = use(login.refresh_token).value();
  ASSERT_TRUE(log_out(house.ports(), house.principal(login), login.session, house.origin));
  for (const bool live : {true, false}) {
    if (!live) house.live.keys.clear();
    EXPECT_EQ(outcome(login.refresh_token), "session_ended") << live;
    EXPECT_EQ(outcome(refreshed.refresh_token), "session_ended") << live;
  }
  EXPECT_EQ(counter(), "2");
  EXPECT_EQ(mails_of_reuse(), 0U);
}

TEST_F(RefreshTest, LosesToALogoutThatItHasWaitedFor) {
  std::string found;
  std::thread waiting;
  house.database.transaction([&](Transaction& transaction) {
    transaction.sessions().end(login.session, house.principal(login).account, transaction.now(), "logout");
    waiting = std::thread([&] { found = outcome(login.refresh_token); });
    EXPECT_TRUE(test::wait_until([&] {
      return house.sql(
                 "select count(*) from pg_stat_activity where datname = current_database() and "
                 "wait_event_type = 'Lock'") == "1";
    }));
  });
  waiting.join();
  EXPECT_EQ(found, "session_ended");
  EXPECT_EQ(counter(), "1");
}

// With Redis dark PostgreSQL alone has to know.
TEST_F(RefreshTest, LosesToABlockedDeviceAlsoWithinTheWindow) {
  const Refreshed refreshed = use(login.refresh_token).value();
  const Principal me = house.principal(login);
  ASSERT_TRUE(block_device(house.ports(), me, login.device, "lost", house.origin));
  for (const bool dark : {false, true}) {
    house.live.dark = dark;
    EXPECT_EQ(outcome(login.refresh_token), "device_blocked") << dark;
    EXPECT_EQ(outcome(refreshed.refresh_token), "device_blocked") << dark;
  }
  house.live.dark = false;
  EXPECT_EQ(count("type = 'refresh' and outcome = 'refused' and reason = 'device_blocked'"), "4");
  ASSERT_TRUE(unblock_device(house.ports(), me, login.device, house.origin));
  EXPECT_EQ(outcome(refreshed.refresh_token), "ok");
}

TEST_F(RefreshTest, LosesToABlockThatRedisAloneKnows) {
  house.live.keys["gatehouse:block:device:" + login.device.str()] = "lost";
  EXPECT_EQ(outcome(login.refresh_token), "device_blocked");
  house.live.keys.clear();
  house.live.keys["gatehouse:block:user:" + house.sql("select id from account")] = "fraud";
  EXPECT_EQ(outcome(login.refresh_token), "user_blocked");
  house.live.keys.clear();
  house.live.keys["gatehouse:block:ip:192.0.2.7"] = "noise";
  EXPECT_EQ(outcome(login.refresh_token), "ip_blocked");
}

TEST_F(RefreshTest, LosesToABlockThatPostgresqlAloneKnows) {
  insert_block("ip", "192.0.2.0/24");
  EXPECT_EQ(outcome(login.refresh_token), "ip_blocked");
  insert_block("device", login.device.str());
  EXPECT_EQ(outcome(login.refresh_token), "ip_blocked") << "it is named first";
  house.sql("delete from block where kind = 'ip'");
  house.sql("update session set ended_at = now()");
  EXPECT_EQ(outcome(login.refresh_token), "device_blocked") << "a new login would not help";
  EXPECT_EQ(counter(), "1");
}

TEST_F(RefreshTest, CountsWhatHasChangedSinceItLooked) {
  const auto outcome_after = [&](std::function<void()> change) {
    test::LateDatabase late(house.database, std::move(change));
    Ports racing = house.ports_on(late);
    const auto refreshed = refresh(racing, login.refresh_token, house.origin);
    house.sql("delete from block");
    return refreshed ? "ok" : std::string(code(refreshed.error().error));
  };
  const std::string account = house.sql("select id from account");
  EXPECT_EQ(outcome_after([&] { insert_block("device", login.device.str()); }), "device_blocked");
  EXPECT_EQ(outcome_after([&] { insert_block("user", account); }), "user_blocked");
  EXPECT_EQ(outcome_after([&] { insert_block("user", account, "before=soon"); }), "user_blocked");
  EXPECT_EQ(outcome_after([&] { insert_block("session", login.session.str()); }), "session_ended");
  EXPECT_EQ(outcome_after([&] { house.sql("update account set disabled_at = now()"); }), "session_ended");
  house.sql("update account set disabled_at = null");
  EXPECT_EQ(counter(), "1");
  EXPECT_EQ(outcome_after([&] { insert_block("user", account, "before=1"); }), "ok");
}

TEST_F(RefreshTest, AfterBeforeGivesATokenThatIsYounger) {
  const std::string before = house.sql("select floor(extract(epoch from now()))::bigint + 2");
  insert_block("user", house.sql("select id from account"), "before=" + before);
  EXPECT_FALSE(lets_in(login.access_token));
  EXPECT_TRUE(lets_in(use(login.refresh_token).value().access_token));
}

TEST_F(RefreshTest, OfATokenNewerThanTheRowIsALostSessionAndNoTheft) {
  const Refreshed newest = use(use(login.refresh_token).value().refresh_token).value();
  house.sql("update session set refresh_counter = 1");
  EXPECT_EQ(outcome(newest.refresh_token), "session_ended");
  EXPECT_EQ(house.sql("select end_reason from session where ended_at is not null"), "session_lost");
  EXPECT_EQ(count("type = 'session_lost'"), "1");
  EXPECT_TRUE(house.live.keys.contains(block_key(login.session).redis_key()));
  EXPECT_FALSE(lets_in(newest.access_token));
  EXPECT_EQ(mails_of_reuse(), 0U);
  EXPECT_EQ(outcome(token_of(login.session, 1)), "session_ended");
}

TEST_F(RefreshTest, RevokesAlsoWhileRedisIsDark) {
  ASSERT_TRUE(use(login.refresh_token));
  age("31 seconds");
  house.live.dark = true;
  EXPECT_EQ(outcome(login.refresh_token), "refresh_reused");
  EXPECT_FALSE(lets_in(login.access_token));
  EXPECT_EQ(house.sql("select count(*) from block where kind = 'session' and published_epoch is null"), "1");
}

TEST_F(RefreshTest, EndsWithTheIdleTime) {
  house.sql("update session set idle_end = now()");
  EXPECT_EQ(outcome(login.refresh_token), "session_ended");
  EXPECT_EQ(counter(), "1");
}

TEST_F(RefreshTest, MovesTheIdleEndOnButNeverPastTheAbsoluteEnd) {
  house.sql("update session set idle_end = now() + interval '1 minute'");
  Refreshed refreshed = use(login.refresh_token).value();
  EXPECT_EQ(house.sql("select idle_end - refreshed_at = interval '14 days' from session"), "t");
  house.sql("update session set absolute_end = now() + interval '1 hour'");
  refreshed = use(refreshed.refresh_token).value();
  EXPECT_EQ(house.sql("select idle_end = absolute_end from session"), "t");
  EXPECT_LE(refreshed.refresh_expires_in, std::chrono::hours(1));
  EXPECT_GT(refreshed.refresh_expires_in, std::chrono::minutes(59));
  EXPECT_EQ(refreshed.expires_in, std::chrono::minutes(5));
  house.sql("update session set absolute_end = now() + interval '2 minutes'");
  refreshed = use(refreshed.refresh_token).value();
  EXPECT_LE(refreshed.expires_in, std::chrono::minutes(2)) << "nor does the access token outlive it";
  house.sql("update session set absolute_end = now()");
  EXPECT_EQ(outcome(refreshed.refresh_token), "session_ended");
}

TEST_F(RefreshTest, OfADisabledAccountIsRefused) {
  house.sql("update account set disabled_at = now()");
  EXPECT_EQ(outcome(login.refresh_token), "session_ended");
}

TEST_F(RefreshTest, TakesRolesFromTheAccountAsTheyAreNow) {
  house.sql("update account set roles = '{user,admin}'");
  const Refreshed refreshed = use(login.refresh_token).value();
  const std::string text(refreshed.access_token.expose());
  const std::size_t dot = text.find('.');
  const std::string claims = jose::base64url_decode(text.substr(dot + 1, text.rfind('.') - dot - 1)).value();
  EXPECT_NE(claims.find(R"("roles":["user","admin"])"), std::string::npos) << claims;
}

TEST_F(RefreshTest, KeepsNoTokenAtRest) {
  const Refreshed refreshed = use(login.refresh_token).value();
  const std::string dump = house.sql(
      "select string_agg(t::text, ' ') from (select session::text as t from session "
      "union all select event::text from event) all_rows");
  EXPECT_EQ(dump.find(refreshed.refresh_token.expose()), std::string::npos);
  EXPECT_EQ(dump.find(login.refresh_token.expose()), std::string::npos);
}

TEST_F(RefreshTest, HasATemplateForItsMail) {
  ASSERT_TRUE(use(login.refresh_token));
  age("31 seconds");
  ASSERT_EQ(outcome(login.refresh_token), "refresh_reused");
  const notify::Templates templates("src/notify/templates");
  const Mail mail = house.mails().back();
  const auto rendered = templates.render(mail.template_name, mail.values);
  ASSERT_TRUE(rendered);
  EXPECT_NE(rendered->body.find("alice"), std::string::npos);
  EXPECT_NE(rendered->body.find("192.0.2.7"), std::string::npos);
  EXPECT_EQ(rendered->body.find("{{"), std::string::npos);
}

}  // namespace
}  // namespace gatehouse::accounts
