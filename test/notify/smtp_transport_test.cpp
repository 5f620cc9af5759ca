// Against a real server, which can be told to refuse, hang, lose and go.
#include "notify/smtp_transport.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "notify/message.hpp"
#include "notify/worker.hpp"
#include "test/support/house.hpp"
#include "test/support/smtp_server.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::notify {
namespace {

using test::SmtpServer;
using test::wait_until;
using testing::HasSubstr;
using testing::Not;

Message message(const std::string& to = "alice@example.org") {
  return compose({.id = "id-1",
                  .from = {.name = "Gatehouse", .address = "gate@example.org"},
                  .to = to,
                  .bounces_to = "bounces@example.org",
                  .subject = "Hello",
                  .body = "First line\n.\n..two dots\n" + std::string(200, 'x') + "\n",
                  .date = from_unix_seconds(1'795'170'910)})
      .value();
}

SmtpSettings plain(const SmtpServer& server) {
  return {.url = "smtp://" + server.address(), .starttls = false, .timeout = std::chrono::seconds(10)};
}

// "sent", "later" or "never".
std::string outcome(const Result<void, SendError>& sent) {
  if (sent) return "sent";
  return sent.error().permanent ? "never" : "later";
}
std::string what(const Result<void, SendError>& sent) {
  return sent ? "sent" : sent.error().what;
}

TEST(Smtp, HandsOverTheMessageAsItIsWithItsEnvelope) {
  const SmtpServer server;
  SmtpTransport smtp(plain(server));
  EXPECT_EQ(what(smtp.send(message())), "sent");
  EXPECT_EQ(what(smtp.send(message("bob@example.org"))), "sent") << "on the same connection";
  const std::vector<std::string> mails = server.mails();
  ASSERT_EQ(mails.size(), 2U);
  EXPECT_THAT(mails[0],
              HasSubstr("X-From: bounces@example.org\r\nX-To: alice@example.org\r\nX-TLS: False\r\n"));
  EXPECT_TRUE(mails[0].ends_with(message().text)) << mails[0];
  EXPECT_THAT(mails[1], HasSubstr("X-To: bob@example.org\r\n"));
}

TEST(Smtp, ChangesToTlsAndChecksTheServersCertificate) {
  const SmtpServer server({"starttls"});
  SmtpTransport trusting({.url = "smtp://" + server.address(), .ca_file = server.certificate()});
  EXPECT_EQ(what(trusting.send(message())), "sent");
  SmtpTransport stranger({.url = "smtp://" + server.address()});
  EXPECT_EQ(outcome(stranger.send(message())), "later") << "signed by nobody we know";
  ASSERT_EQ(server.mails().size(), 1U);
  EXPECT_THAT(server.mails()[0], HasSubstr("X-TLS: True\r\n"));
}

TEST(Smtp, SpeaksTlsFromTheFirstByte) {
  const SmtpServer server({"smtps"});
  SmtpTransport trusting({.url = "smtps://" + server.address(), .ca_file = server.certificate()});
  EXPECT_EQ(what(trusting.send(message())), "sent");
  SmtpTransport stranger({.url = "smtps://" + server.address()});
  EXPECT_EQ(outcome(stranger.send(message())), "later");
  EXPECT_EQ(server.mails().size(), 1U);
}

TEST(Smtp, SendsNothingInTheClearWhereTlsIsRequired) {
  const SmtpServer server;
  SmtpTransport smtp({.url = "smtp://" + server.address()});
  EXPECT_EQ(outcome(smtp.send(message())), "later");
  EXPECT_TRUE(server.mails().empty());
}

TEST(Smtp, LogsInAndTriesAgainWhenItMayNot) {
  const SmtpServer server({"starttls", "auth", "gate", "open sesame"});
  const auto as = [&](const std::string& user, const std::string& password) {
    return SmtpSettings{.url = "smtp://" + server.address(),
                        .ca_file = server.certificate(),
                        .user = user,
                        .password = Secret(password)};
  };
  SmtpTransport right(as("gate", "open sesame"));
  EXPECT_EQ(what(right.send(message())), "sent");
  EXPECT_THAT(server.mails().at(0), HasSubstr("X-User: gate\r\n"));
  SmtpTransport wrong(as("gate", "open barley"));
  const auto refused = wrong.send(message());
  EXPECT_EQ(outcome(refused), "later") << "the operator can mend it";
  EXPECT_THAT(what(refused), Not(HasSubstr("barley")));
}

TEST(Smtp, TellsARefusalForGoodFromOneForNow) {
  const SmtpServer server;
  SmtpTransport smtp(plain(server));
  for (const std::string step : {"MAIL", "RCPT", "DATA", "END"}) {
    server.plan(R"({")" + step + R"(": "550 5.7.1 we do not want this"})");
    EXPECT_EQ(outcome(smtp.send(message())), "never") << step;
    server.plan(R"({")" + step + R"(": "450 4.2.1 not now"})");
    EXPECT_EQ(outcome(smtp.send(message())), "later") << step;
  }
  for (const std::string reply : {"554 no service here", "421 too busy"}) {
    server.plan(R"({"GREETING": ")" + reply + R"("})");
    SmtpTransport newcomer(plain(server));
    EXPECT_EQ(outcome(newcomer.send(message())), "later") << "it says nothing of this mail: " << reply;
  }
  server.plan("{}");
  EXPECT_EQ(what(smtp.send(message())), "sent") << "it recovers";
  EXPECT_EQ(server.mails().size(), 1U);
}

TEST(Smtp, RepeatsTheServersWordsWithoutTheAddress) {
  const SmtpServer server;
  SmtpTransport smtp(plain(server));
  server.plan(R"({"RCPT": "550 5.1.1 <alice@example.org> is unknown here"})");
  const std::string words = what(smtp.send(message()));
  EXPECT_THAT(words, HasSubstr("550 5.1.1"));
  EXPECT_THAT(words, HasSubstr("is unknown here"));
  EXPECT_THAT(words, Not(HasSubstr("alice")));
}

TEST(Smtp, WaitsNotForeverForAServerThatHangs) {
  const SmtpServer server;
  for (const std::string step : {"GREETING", "RCPT", "END"}) {
    server.plan(R"({")" + step + R"(": "hang"})");
    SmtpSettings settings = plain(server);
    settings.timeout = std::chrono::seconds(1);
    SmtpTransport smtp(std::move(settings));
    EXPECT_EQ(outcome(smtp.send(message())), "later") << step;
  }
}

TEST(Smtp, TriesAgainWhenTheServerIsGone) {
  SmtpServer server;
  SmtpTransport smtp(plain(server));
  for (const std::string step : {"GREETING", "MAIL", "RCPT", "DATA", "END"}) {
    server.plan(R"({")" + step + R"(": "drop"})");
    EXPECT_EQ(outcome(smtp.send(message())), "later") << step;
  }
  server.plan("{}");
  server.kill();
  EXPECT_EQ(outcome(smtp.send(message())), "later");
  server.start();
  EXPECT_EQ(what(smtp.send(message())), "sent");
  EXPECT_EQ(server.mails().size(), 1U);
}

// The worker with it.
class SmtpWorker : public testing::Test {
 protected:
  std::unique_ptr<Worker> work() {
    transports_.push_back(std::make_unique<SmtpTransport>(plain(server)));
    return std::make_unique<Worker>(house.database, house.secrets, *transports_.back(),
                                    MailSettings{.from = {.name = {}, .address = "gate@example.org"},
                                                 .template_directory = "src/notify/templates"});
  }
  void sign_up(const std::string& name) {
    ASSERT_TRUE(
        house.sign_up({.username = name, .email = name + "@example.org", .password = "correct horse"}));
  }
  bool becomes(const std::string& condition, int rows) {
    return wait_until(
        [&] { return house.sql("select count(*) from outbox where " + condition) == std::to_string(rows); });
  }
  // All that wait are due.
  void hurry(Worker& worker) {
    house.sql("update outbox set next_try_at = now()");
    worker.wake();
  }
  std::vector<std::string> message_ids() {
    std::vector<std::string> ids;
    for (const std::string& mail : server.mails()) {
      const std::size_t begin = mail.find("Message-ID: ");
      ids.push_back(mail.substr(begin, mail.find("\r\n", begin) - begin));
    }
    return ids;
  }

  test::House house;
  SmtpServer server;

 private:
  std::vector<std::unique_ptr<SmtpTransport>> transports_;
};

TEST_F(SmtpWorker, SendsExactlyOneMailAfterAnOutage) {
  server.kill();
  sign_up("alice");
  const auto worker = work();
  ASSERT_TRUE(becomes("tries = 1", 1));
  hurry(*worker);
  ASSERT_TRUE(becomes("tries = 2", 1));
  server.start();
  hurry(*worker);
  ASSERT_TRUE(becomes("sent_at is not null", 1));
  hurry(*worker);
  sign_up("bob");
  worker->wake();
  ASSERT_TRUE(becomes("sent_at is not null", 2));
  EXPECT_EQ(server.mails().size(), 2U) << "one each";
}

TEST_F(SmtpWorker, IsNotHeldUpByAMailThatNobodyWants) {
  server.plan(R"({"RCPT alice@example.org": "550 5.1.1 unknown", "RCPT bob@example.org": "450 4.2.2 full"})");
  for (const char* name : {"alice", "bob", "carol", "dave"}) sign_up(name);
  const auto worker = work();
  EXPECT_TRUE(becomes("sent_at is not null", 2));
  EXPECT_TRUE(becomes("dead_at is not null and last_error like '%550 5.1.1 unknown%' and sealed is null", 1));
  EXPECT_TRUE(becomes("sent_at is null and dead_at is null and last_error like '%450%'", 1));
}

TEST_F(SmtpWorker, OfManyDaemonsSendsEachMailOnce) {
  for (int i = 0; i < 12; ++i) sign_up("user" + std::to_string(i));
  const auto first = work();
  const auto second = work();
  const auto third = work();
  ASSERT_TRUE(becomes("sent_at is not null", 12));
  EXPECT_EQ(server.mails().size(), 12U);
}

TEST_F(SmtpWorker, DoublesOnlyWhatTheServerTookWithoutSayingSoUnderTheSameId) {
  server.plan(R"({"END": "lose"})");
  sign_up("alice");
  const auto worker = work();
  ASSERT_TRUE(becomes("tries = 1", 1));
  server.plan("{}");
  hurry(*worker);
  ASSERT_TRUE(becomes("sent_at is not null", 1));
  const std::vector<std::string> ids = message_ids();
  ASSERT_EQ(ids.size(), 2U);
  EXPECT_EQ(ids[0], ids[1]);
}

}  // namespace
}  // namespace gatehouse::notify
