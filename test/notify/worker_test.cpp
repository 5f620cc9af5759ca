#include "notify/worker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <mutex>

#include "notify/console_transport.hpp"
#include "notify/directory_transport.hpp"
#include "test/support/house.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::notify {
namespace {

using namespace std::chrono_literals;
using test::wait_until;

// Remembers what it was given, and fails as long as it is told to.
class PlayedTransport final : public Transport {
 public:
  Result<void, SendError> send(const Message& message) override {
    const std::lock_guard lock(mutex_);
    tried_.push_back(message);
    if (fails_) return Unexpected(SendError{.what = "450 try later"});
    if (message.to == poison_) return Unexpected(SendError{.what = "550 no such user", .permanent = true});
    return {};
  }
  void fail(bool fails) {
    const std::lock_guard lock(mutex_);
    fails_ = fails;
  }
  void poison(const std::string& address) {
    const std::lock_guard lock(mutex_);
    poison_ = address;
  }
  std::vector<Message> tried() {
    const std::lock_guard lock(mutex_);
    return tried_;
  }

 private:
  std::mutex mutex_;
  std::vector<Message> tried_;
  bool fails_ = false;
  std::string poison_;
};

// Counts the looks at the outbox before a sleep.
class WatchedDatabase final : public accounts::Database {
 public:
  explicit WatchedDatabase(accounts::Database& database) : database_(database) {}
  int looks() const { return looks_; }

 protected:
  void run(const Step& step) override { database_.transaction(step); }
  void run_reading(const Step& step) override {
    database_.read(step);
    ++looks_;
  }

 private:
  accounts::Database& database_;
  std::atomic<int> looks_{0};
};

class WorkerTest : public testing::Test {
 protected:
  std::unique_ptr<Worker> work(Transport& transport, int tries = 30) {
    return std::make_unique<Worker>(house.database, house.secrets, transport, settings(tries));
  }
  static MailSettings settings(int tries = 30) {
    return {.from = {.name = "Gatehouse", .address = "gate@example.org"},
            .template_directory = "src/notify/templates",
            .tries = tries};
  }
  void sign_up(const std::string& name) {
    ASSERT_TRUE(
        house.sign_up({.username = name, .email = name + "@example.org", .password = "correct horse"}));
  }
  std::string count(const std::string& condition) {
    return house.sql("select count(*) from outbox where " + condition);
  }

  test::House house;
  PlayedTransport transport;
};

TEST_F(WorkerTest, SendsAtOnceWhenWoken) {
  WatchedDatabase watched(house.database);
  Worker worker(watched, house.secrets, transport, settings());
  ASSERT_TRUE(wait_until([&] { return watched.looks() == 1; })) << "it goes to sleep now";
  sign_up("alice");
  const std::string code = house.code_for("alice@example.org");
  worker.wake();
  // By itself it would look again after ten seconds.
  ASSERT_TRUE(wait_until([&] { return transport.tried().size() == 1; }, 5s));
  EXPECT_EQ(transport.tried()[0].to, "alice@example.org");
  EXPECT_THAT(transport.tried()[0].text, testing::HasSubstr("\r\n" + code + "\r\n"));
  EXPECT_TRUE(wait_until([&] { return count("sent_at is not null and sealed is null") == "1"; }));
}

TEST_F(WorkerTest, SendsWhatWasLeftByADaemonThatDied) {
  sign_up("alice");
  sign_up("bob");
  const auto worker = work(transport);
  EXPECT_TRUE(wait_until([&] { return transport.tried().size() == 2; }));
}

TEST_F(WorkerTest, TriesAgainLaterWithTheSameMessage) {
  sign_up("alice");
  transport.fail(true);
  const auto worker = work(transport);
  ASSERT_TRUE(wait_until([&] { return count("tries = 1") == "1"; }));
  EXPECT_EQ(count("sent_at is null and sealed is not null and last_error = '450 try later' and "
                  "next_try_at between now() + interval '5 s' and now() + interval '10 s'"),
            "1");
  transport.fail(false);
  house.sql("update outbox set next_try_at = now()");
  worker->wake();
  ASSERT_TRUE(wait_until([&] { return count("sent_at is not null") == "1"; }));
  const std::vector<Message> tried = transport.tried();
  ASSERT_EQ(tried.size(), 2U);
  EXPECT_EQ(tried[0].text, tried[1].text);
}

TEST_F(WorkerTest, GivesUpAfterTheLastTryAndForgetsTheCode) {
  sign_up("alice");
  transport.fail(true);
  const auto worker = work(transport, 2);
  ASSERT_TRUE(wait_until([&] { return count("tries = 1 and dead_at is null") == "1"; }));
  house.sql("update outbox set next_try_at = now()");
  worker->wake();
  EXPECT_TRUE(
      wait_until([&] { return count("tries = 2 and dead_at is not null and sealed is null") == "1"; }));
}

TEST_F(WorkerTest, BuriesAtOnceWhatWasRefusedForGoodAndSendsTheRest) {
  for (const char* name : {"alice", "bob", "carol"}) sign_up(name);
  transport.poison("bob@example.org");
  const auto worker = work(transport);
  ASSERT_TRUE(wait_until([&] { return count("sent_at is not null") == "2"; }));
  EXPECT_TRUE(
      wait_until([&] { return count("dead_at is not null and last_error = '550 no such user'") == "1"; }));
  EXPECT_EQ(transport.tried().size(), 3U);
}

TEST_F(WorkerTest, DropsTheMailOfADecoy) {
  house.database.transaction([&](accounts::Transaction& transaction) {
    transaction.outbox().insert(accounts::seal_mail({.to = "", .template_name = "verify_email", .values = {}},
                                                    house.secrets, transaction.now(), system_random()));
  });
  const auto worker = work(transport);
  EXPECT_TRUE(wait_until([&] { return count("sent_at is not null and sealed is null") == "1"; }));
  EXPECT_TRUE(transport.tried().empty());
}

TEST_F(WorkerTest, DoesNotStumbleOverOneMailThatCannotBeOpened) {
  sign_up("alice");
  house.sql("update outbox set sealed = 'garbage'");
  sign_up("bob");
  const auto worker = work(transport);
  ASSERT_TRUE(wait_until([&] { return transport.tried().size() == 1; }));
  EXPECT_EQ(transport.tried()[0].to, "bob@example.org");
  EXPECT_TRUE(wait_until([&] { return count("last_error like '%master key%'") == "1"; }));
}

TEST_F(WorkerTest, OfManyDaemonsSendEachMailOnce) {
  for (int i = 0; i < 20; ++i) sign_up("user" + std::to_string(i));
  const auto first = work(transport);
  const auto second = work(transport);
  const auto third = work(transport);
  ASSERT_TRUE(wait_until([&] { return count("sent_at is not null") == "20"; }));
  EXPECT_EQ(transport.tried().size(), 20U);
}

TEST_F(WorkerTest, WantsTemplates) {
  MailSettings nowhere = settings();
  nowhere.template_directory = "/nowhere";
  EXPECT_ANY_THROW(Worker(house.database, house.secrets, transport, nowhere));
}

TEST_F(WorkerTest, LeavesOneFileForAMailInTheDirectory) {
  const test::TempDir folder;
  DirectoryTransport directory(folder.path());
  sign_up("alice");
  const std::string code = house.code_for("alice@example.org");
  const auto worker = work(directory);
  ASSERT_TRUE(wait_until([&] { return count("sent_at is not null") == "1"; }));
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) files.push_back(entry.path());
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files[0].filename(), house.sql("select id from outbox") + ".eml");
  EXPECT_THAT(test::read_file(files[0]), testing::HasSubstr(code));
}

TEST(DirectoryTransportTest, SaysWhatIsWrong) {
  DirectoryTransport nowhere("/nowhere");
  const auto sent = nowhere.send({.id = "a", .from = "b", .to = "c", .subject = {}, .body = {}, .text = "d"});
  ASSERT_FALSE(sent);
  EXPECT_FALSE(sent.error().permanent);
}

TEST(ConsoleTransportTest, PrintsWhatAPersonCanRead) {
  testing::internal::CaptureStdout();
  const auto sent = ConsoleTransport().send({.id = "a",
                                             .from = "b",
                                             .to = "alice@example.org",
                                             .subject = "Gr\xC3\xBC\xC3\x9F"
                                                        "e",
                                             .body = "https://example.org/" + std::string(100, 'x') + "\n",
                                             .text = "unreadable"});
  const std::string printed = testing::internal::GetCapturedStdout();
  EXPECT_TRUE(sent);
  EXPECT_THAT(printed, testing::HasSubstr("To: alice@example.org\nSubject: Gr\xC3\xBC\xC3\x9F"
                                          "e\n\n"));
  EXPECT_THAT(printed, testing::HasSubstr(std::string(100, 'x') + "\n"));
}

}  // namespace
}  // namespace gatehouse::notify
