// The page behind the link in a mail, and the calls that send such mails.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/base64.hpp"
#include "base/crypto.hpp"
#include "test/http/api.hpp"

namespace gatehouse::http {
namespace {

using testing::HasSubstr;
using testing::Not;

class VerifyEmail : public ApiTest {
 protected:
  Response answer(const std::string& body) {
    return call("POST", path_, body, {{"Content-Type", "application/x-www-form-urlencoded"}});
  }
  Response look() { return call("GET", path_); }
  std::string header(const Response& response, std::string_view name) {
    return std::string(response.headers.only(name).value_or(""));
  }
  std::string verified() { return house_.sql("select email_verified_at is not null from account"); }
  void pass_the_pause() { house_.sql("update mail_count set last_at = last_at - interval '60 seconds'"); }

  const accounts::ChallengeId challenge_ =
      house_.sign_up({.username = "alice", .email = "o'alice&co@example.org", .password = "correct horse"})
          .value()
          .challenge;
  const std::string link_ = house_.mails().back().values.at("link");
  const std::string path_ = link_.substr(link_.find("/verify-email"));
};

TEST_F(VerifyEmail, ShowsWhoseAddressItIsAndChangesNothing) {
  for (const char* method : {"GET", "GET", "HEAD"}) {
    const Response page = call(method, path_);
    ASSERT_EQ(page.status, 200);
    EXPECT_THAT(page.body, HasSubstr("<dd>alice</dd>"));
    EXPECT_THAT(page.body, HasSubstr("<dd>o&apos;alice&amp;co@example.org</dd>"));
    EXPECT_THAT(page.body, HasSubstr(R"(<form method="post">)"));
  }
  EXPECT_EQ(verified(), "f");
  EXPECT_EQ(house_.sql("select count(*) from event where type = 'verify'"), "0");
}

TEST_F(VerifyEmail, MayNeitherBeKeptNorFramedNorLoadAnything) {
  for (const Response& page : {look(), answer("answer=confirm"), look(), call("GET", "/verify-email/x")}) {
    EXPECT_EQ(header(page, "Content-Type"), "text/html; charset=utf-8");
    EXPECT_EQ(header(page, "Cache-Control"), "no-store");
    EXPECT_EQ(header(page, "Referrer-Policy"), "no-referrer");
    EXPECT_EQ(header(page, "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(header(page, "X-Frame-Options"), "DENY");
    const std::string policy = header(page, "Content-Security-Policy");
    EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
    EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
    EXPECT_THAT(policy, HasSubstr("form-action 'self'"));
    EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
    const std::size_t begin = page.body.find("<style>") + 7;
    const std::string style = page.body.substr(begin, page.body.find("</style>") - begin);
    EXPECT_THAT(policy, HasSubstr("style-src 'sha256-" + base64_encode(sha256(style)) + "'"));
    for (const char* outside : {"<script", "src=", "href=", "url(", "@import", " style="})
      EXPECT_THAT(page.body, Not(HasSubstr(outside)));
  }
}

TEST_F(VerifyEmail, IsAWholePageInEveryState) {
  const auto expect_page = [&](const Response& page, int status, const std::string& heading) {
    EXPECT_EQ(page.status, status) << heading;
    EXPECT_THAT(page.body, testing::StartsWith("<!doctype html>\n<html lang=\"en\">"));
    EXPECT_THAT(page.body, HasSubstr("name=\"viewport\""));
    EXPECT_THAT(page.body, HasSubstr("<h1>" + heading + "</h1>"));
    EXPECT_THAT(page.body, HasSubstr(" · example.org</title>"));
    EXPECT_THAT(page.body, Not(HasSubstr("<title> "))) << "it has a title of its own";
    EXPECT_EQ(page.body.find("<h1>"), page.body.rfind("<h1>"));
    EXPECT_THAT(page.body, Not(HasSubstr("{{")));
  };
  expect_page(look(), 200, "Is this your account?");
  expect_page(call("GET", "/verify-email/nonsense"), 404, "This link does not work");
  house_.sql("update challenge set tries_left = 0");
  expect_page(look(), 410, "This link has expired");
  house_.sql("update challenge set tries_left = 5, expires_at = now()");
  expect_page(look(), 410, "This link has expired");
  house_.sql("update challenge set expires_at = now() + interval '1 minute'");
  house_.live.keys["gatehouse:block:ip:203.0.113.5"] = "spam";
  expect_page(look(), 403, "Your network is blocked");
  expect_page(answer("answer=confirm"), 403, "Your network is blocked");
  expect_page(answer("answer=not_me"), 403, "Your network is blocked");
  house_.live.keys.clear();
  expect_page(answer("answer=confirm"), 200, "Your email address is confirmed");
  expect_page(answer("answer=confirm"), 410, "This address is already confirmed");
  expect_page(look(), 410, "This address is already confirmed");
}

TEST_F(VerifyEmail, ConfirmsByTheButtonWithoutAnyCookie) {
  EXPECT_EQ(answer("answer=confirm").status, 200);
  EXPECT_EQ(verified(), "t");
  EXPECT_EQ(log_in({.username = "alice", .email = {}, .password = "correct horse"}).status, 201);
}

TEST_F(VerifyEmail, RemovesTheAccountByNotMe) {
  const Response page = answer("answer=not_me");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, HasSubstr("<h1>The account was removed</h1>"));
  EXPECT_EQ(house_.sql("select count(*) from account"), "0");
  EXPECT_EQ(look().status, 404);
}

TEST_F(VerifyEmail, TellsWhoHasLostTheAddressToAnotherAccount) {
  ASSERT_TRUE(
      house_.sign_up({.username = "bob", .email = "o'alice&co@example.org", .password = "correct horse"}));
  const std::string link = house_.mails().back().values.at("link");
  ASSERT_EQ(answer("answer=confirm").status, 200);
  const Response page = call("POST", link.substr(link.find("/verify-email")), "answer=confirm",
                             {{"Content-Type", "application/x-www-form-urlencoded"}});
  EXPECT_EQ(page.status, 409);
  EXPECT_THAT(page.body, HasSubstr("<h1>Another account has this address</h1>"));
}

TEST_F(VerifyEmail, TakesNoAnswerButTheTwo) {
  for (const char* body : {"", "answer=", "answer=yes", "answer=confirm&answer=not_me", "answer=not_me&x=1",
                           R"({"answer":"confirm"})"})
    EXPECT_EQ(outcome(answer(body)), "422 invalid_input") << body;
  EXPECT_EQ(verified(), "f");
}

TEST_F(VerifyEmail, LinksToThePublicUrlWhateverTheHost) {
  ASSERT_EQ(
      call("POST", "/accounts", R"({"username":"bob","email":"bob@example.org","password":"correct horse"})",
           {{"Host", "evil.example"}, {"X-Forwarded-Host", "evil.example"}})
          .status,
      202);
  EXPECT_THAT(house_.mails().back().values.at("link"),
              testing::StartsWith("https://example.org/auth/v1/verify-email/"));
}

TEST_F(VerifyEmail, ResendsAndSaysWhenItWill) {
  const std::string path = "/challenges/" + challenge_.str() + "/resend";
  const Response early = call("POST", path);
  EXPECT_EQ(outcome(early), "429 too_soon");
  EXPECT_GT(std::stoi(header(early, "Retry-After")), 0);
  pass_the_pause();
  const Response sent = call("POST", path);
  EXPECT_EQ(outcome(sent), "202");
  EXPECT_EQ(body_of(sent), (json{{"challenge_id", challenge_.str()}}));
  EXPECT_EQ(outcome(call("POST", "/challenges/018f0000-abcd-7000-8000-00000000000a/resend")),
            "404 not_found");
}

TEST_F(VerifyEmail, StartsAChallengeForAnyAddressAlike) {
  for (const char* email : {"nobody@example.org", "o'alice&co@example.org"}) {
    pass_the_pause();
    for (const char* member : {"identifier", "email"}) {
      const std::string body = json{{member, email}, {"purpose", "verify_email"}}.dump();
      const Response started = call("POST", "/challenges", body);
      ASSERT_EQ(outcome(started), "202") << email;
      EXPECT_EQ(body_of(started).size(), 1U);
      EXPECT_EQ(outcome(call("POST", "/challenges", body)), "429 too_soon") << email;
      pass_the_pause();
    }
  }
}

TEST_F(VerifyEmail, StartsAChallengeForTheAccountThatIsNamed) {
  const std::string email = "o'alice&co@example.org";
  ASSERT_TRUE(house_.sign_up({.username = "mallory", .email = email, .password = "correct horse"}));
  const auto start = [&](const json& more) {
    pass_the_pause();
    json body{{"identifier", email}, {"purpose", "verify_email"}};
    body.update(more);
    EXPECT_EQ(outcome(call("POST", "/challenges", body.dump())), "202");
    return house_.mails().back().values.at("username");
  };
  EXPECT_EQ(start(json::object()), "") << "who is meant?";
  EXPECT_EQ(start({{"username", "alice"}}), "alice");
}

TEST_F(VerifyEmail, RefusesAChallengeWithoutAddressOrForAnotherPurpose) {
  for (const char* body :
       {R"({"identifier":"alice","purpose":"verify_email"})", R"({"identifier":"a@example.org"})",
        R"({"identifier":"a@example.org","purpose":"reset_password"})", R"({"purpose":"verify_email"})",
        R"({"identifier":"a@b.org","email":"a@b.org","purpose":"verify_email"})"})
    EXPECT_EQ(outcome(call("POST", "/challenges", body)), "422 invalid_input") << body;
}

}  // namespace
}  // namespace gatehouse::http
