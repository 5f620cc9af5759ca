#include "notify/worker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <mutex>

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
  Result<void, std::string> send(const Message& message) override {
    const std::lock_guard lock(mutex_);
    tried_.push_back(message);
    if (fails_) return Unexpected(std::string("450 try later"));
    return {};
  }
  void fail(bool fails) {
    const std::lock_guard lock(mutex_);
    fails_ = fails;
  }
  std::vector<Message> tried() {
    const std::lock_guard lock(mutex_);
    return tried_;
  }

 private:
  std::mutex mutex_;
  std::vector<Message> tried_;
  bool fails_ = false;
};

class WorkerTest : public testing::Test {
 protected:
  std::unique_ptr<Worker> work(Transport& transport) {
    return std::make_unique<Worker>(
        house.database, house.secrets, transport,
        MailSettings{.from = "Gatehouse <gate@example.org>", .template_directory = "src/notify/templates"});
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
  const auto worker = work(transport);
  std::this_thread::sleep_for(100ms);  // it has gone to sleep by now
  sign_up("alice");
  const std::string code = house.code_for("alice@example.org");
  const auto from = std::chrono::steady_clock::now();
  worker->wake();
  ASSERT_TRUE(wait_until([&] { return transport.tried().size() == 1; }));
  EXPECT_LT(std::chrono::steady_clock::now() - from, 1s);
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
                  "next_try_at between now() + interval '8 s' and now() + interval '10 s'"),
            "1");
  transport.fail(false);
  house.sql("update outbox set next_try_at = now()");
  worker->wake();
  ASSERT_TRUE(wait_until([&] { return count("sent_at is not null") == "1"; }));
  const std::vector<Message> tried = transport.tried();
  ASSERT_EQ(tried.size(), 2U);
  EXPECT_EQ(tried[0].text, tried[1].text);
}

TEST_F(WorkerTest, GivesUpAfterADayAndForgetsTheCode) {
  sign_up("alice");
  house.sql("update outbox set created_at = created_at - interval '1 day'");
  transport.fail(true);
  const auto worker = work(transport);
  EXPECT_TRUE(wait_until([&] { return count("dead_at is not null and sealed is null") == "1"; }));
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

TEST_F(WorkerTest, WantsASenderAndTemplates) {
  const auto with = [&](const MailSettings& settings) {
    Worker(house.database, house.secrets, transport, settings);
  };
  EXPECT_ANY_THROW(with({.from = "nobody", .template_directory = "src/notify/templates"}));
  EXPECT_ANY_THROW(with({.from = "gate@example.org", .template_directory = "/nowhere"}));
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
  EXPECT_FALSE(nowhere.send({.id = "a", .from = "b", .to = "c", .text = "d"}));
}

}  // namespace
}  // namespace gatehouse::notify
