#include "accounts/token_explanation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "accounts/access_token.hpp"
#include "accounts/logout.hpp"
#include "jose/sign.hpp"
#include "module/status.hpp"
#include "test/support/house.hpp"

namespace gatehouse::accounts {
namespace {

class TokenExplaining : public testing::Test {
 protected:
  TokenExplanation explain(std::string_view token) {
    return explain_token(house.database, house.live, house.signing_keys, house.rules, token);
  }
  TokenExplanation explain() { return explain(login.access_token.expose()); }
  static std::string answer(const TokenExplanation& found) {
    return std::to_string(found.gate.http_status) + ' ' + found.gate.status;
  }
  void block(const BlockKey& key, const std::string& value) { house.live.keys[key.redis_key()] = value; }

  test::House house;
  Login login = house.sign_in(house.member("alice"));
  Principal me = house.principal(login);
};

TEST_F(TokenExplaining, KnowsWhoseTokenItIsAndThatItPasses) {
  const TokenExplanation found = explain();
  EXPECT_TRUE(found.authentic);
  EXPECT_EQ(found.algorithm, "EdDSA");
  EXPECT_EQ(found.account->username, "alice");
  EXPECT_TRUE(found.session->live);
  EXPECT_EQ(found.device->id, login.device);
  EXPECT_TRUE(found.blocks.empty());
  EXPECT_EQ(answer(found), "200 ok");
  EXPECT_EQ(found.daemon_objection, "");
}

// The words and numbers are those of the gate's own list.
TEST_F(TokenExplaining, SaysOfEachBlockWhatTheGateSays) {
  using gate::Status;
  const std::vector<std::pair<BlockKey, Status>> blocks{
      {{BlockKind::kToken, login.token_id.str()}, Status::kTokenBlocked},
      {block_key(me.account), Status::kUserBlocked},
      {block_key(login.session), Status::kSessionBlocked},
      {block_key(login.device), Status::kDeviceBlocked}};
  // Each goes before those that stand already.
  for (const auto& [key, status] : blocks) {
    block(key, "lost");
    EXPECT_EQ(answer(explain()),
              std::to_string(gate::http_status(status)) + ' ' + std::string(gate::name({status})));
  }
  EXPECT_EQ(explain().blocks.size(), 4U);
}

TEST_F(TokenExplaining, SaysOfABadTokenWhatTheGateSays) {
  const std::string token(login.access_token.expose());
  for (const std::string& bad :
       {std::string(), std::string("garbage"), token + "A", "x" + token,
        token.substr(0, token.rfind('.') + 1), std::string(20'000, 'a'), std::string("\x1b[2J.\0.x", 9)}) {
    const TokenExplanation found = explain(bad);
    const gate::Verdict verdict{gate::Status::kBadToken, found.objection};
    EXPECT_EQ(answer(found),
              std::to_string(gate::http_status(verdict.status)) + ' ' + std::string(gate::name(verdict)))
        << bad.substr(0, 40);
    EXPECT_FALSE(found.authentic);
  }
}

TEST_F(TokenExplaining, StillTellsOfAnExpiredToken) {
  Session session = house.database.read(
      [&](Transaction& transaction) { return transaction.sessions().find(login.session).value(); });
  const Secret token = make_access_token(
      session, {.token_id = login.token_id, .issued_at = 1'700'000'000, .email_verified = true, .roles = {}},
      house.rules, house.signing_keys);
  const TokenExplanation found = explain(token.expose());
  EXPECT_EQ(answer(found), "401 expired");
  EXPECT_TRUE(found.authentic);
  EXPECT_EQ(found.account->username, "alice");
}

TEST_F(TokenExplaining, DoesNotTakeAForeignTokenForItsOwn) {
  const auto foreign = jose::PrivateKey::generate(jose::Algorithm::kEdDSA);
  const TokenExplanation found = explain(jose::sign_compact(
      foreign, "at+jwt", R"({"sub":"' or 1=1 --","sid":7,"did":"gatehouse:block:x","iat":1e99})"));
  EXPECT_EQ(answer(found), "401 unknown_key");
  EXPECT_FALSE(found.authentic);
  EXPECT_FALSE(found.account);
  EXPECT_FALSE(found.session);
}

TEST_F(TokenExplaining, SparesATokenThatIsYoungerThanBefore) {
  block(block_key(me.account), "before=1700000000");
  EXPECT_EQ(answer(explain()), "200 ok");
  EXPECT_FALSE(explain().blocks.at(0).refuses);
  block(block_key(me.account), "before=4000000000");
  EXPECT_EQ(answer(explain()), "403 user_blocked");
}

TEST_F(TokenExplaining, GoesByPostgresqlWhileRedisIsDark) {
  ASSERT_TRUE(log_out(house.ports(), me, login.session, house.origin));
  EXPECT_EQ(answer(explain()), "403 session_blocked");
  house.live.dark = true;
  const TokenExplanation found = explain();
  EXPECT_EQ(answer(found), "403 session_blocked");
  EXPECT_FALSE(found.redis_answers);
}

TEST_F(TokenExplaining, SaysWhatTheDaemonKnowsAndTheGateDoesNotAsk) {
  house.sql("update session set idle_end = now()");
  EXPECT_EQ(answer(explain()), "200 ok");
  EXPECT_EQ(explain().daemon_objection, "the session is over");
  house.sql("update session set idle_end = absolute_end");
  house.sql("update account set disabled_at = now()");
  EXPECT_EQ(explain().daemon_objection, "the account is disabled");
}

}  // namespace
}  // namespace gatehouse::accounts
