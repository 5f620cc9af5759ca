#include "module/key_feed.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <filesystem>
#include <fstream>
#include <memory>

#include "jose/jwks.hpp"
#include "module/key_fetch.hpp"
#include "test/support/process.hpp"
#include "test/support/tokens.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::gate {
namespace {

using test::TokenMaker;
using test::wait_until;

class KeyFeedTest : public testing::Test {
 protected:
  KeyFeedTest()
      : memory_(mmap(nullptr, KeyBoard::size(), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)),
        board_(*KeyBoard::lay_out(memory_)) {
    test::write_file(file_, first_.jwks());
    start();
    EXPECT_TRUE(shows(first_));
  }
  ~KeyFeedTest() override {
    feed_.reset();
    munmap(memory_, KeyBoard::size());
  }

  void start() {
    feed_ = std::make_unique<KeyFeed>(
        std::vector<KeyFeed::Watched>{{.issuer = "main", .source = {.file = file_}, .place = place_}},
        board_);
  }
  bool shows(const TokenMaker& maker) {
    return wait_until([&] {
      const std::optional<KeyBoard::Change> change = board_.newer_than(place_, 0);
      return change && change->text == maker.jwks();
    });
  }
  void rewrite_in_place(const std::string& text) { std::ofstream(file_, std::ios::trunc) << text; }
  // What is said as an error until there is one, and how often by then.
  bool complains(const std::string& about) {
    return wait_until([&] {
      feed_->drain([&](Background::Level level, const std::string& text) {
        if (level == Background::Level::kError) errors_.push_back(text);
      });
      return !errors_.empty() && errors_.back().find(about) != std::string::npos;
    });
  }

  const BlockKey owner_{1, 1};
  test::TempDir folder_;
  const std::string file_ = folder_ / "jwks.json";
  TokenMaker first_;
  TokenMaker second_;
  std::vector<std::string> errors_;
  void* memory_;
  KeyBoard& board_;
  const KeyBoard::Place place_ = board_.assign({&owner_, 1}, {}).front();
  std::unique_ptr<KeyFeed> feed_;
};

TEST_F(KeyFeedTest, FollowsAFileThatIsReplaced) {
  test::write_file(folder_ / "new.json", second_.jwks());
  std::filesystem::rename(folder_ / "new.json", file_);
  EXPECT_TRUE(shows(second_));
}

TEST_F(KeyFeedTest, FollowsAFileThatIsRewrittenInPlace) {
  for (int i = 0; i < 3; ++i) {
    rewrite_in_place(second_.jwks());
    EXPECT_TRUE(shows(second_));
    rewrite_in_place(first_.jwks());
    EXPECT_TRUE(shows(first_));
  }
}

TEST_F(KeyFeedTest, FollowsASymbolicLinkThatIsSwapped) {
  test::write_file(folder_ / "a.json", first_.jwks());
  test::write_file(folder_ / "b.json", second_.jwks());
  std::filesystem::remove(file_);
  std::filesystem::create_symlink("b.json", file_);
  EXPECT_TRUE(shows(second_));
  std::filesystem::create_symlink("a.json", folder_ / "link");
  std::filesystem::rename(folder_ / "link", file_);
  EXPECT_TRUE(shows(first_));
}

TEST_F(KeyFeedTest, KeepsTheKeysOfAFileThatIsBrokenAndSaysSoOnce) {
  rewrite_in_place("{\"keys\":[");
  EXPECT_TRUE(complains("no usable set of keys (bad_key_set)"));
  EXPECT_NE(errors_.back().find(file_), std::string::npos) << errors_.back();
  EXPECT_NE(errors_.back().find("\"main\""), std::string::npos) << errors_.back();
  EXPECT_TRUE(shows(first_));
  std::filesystem::remove(file_);
  EXPECT_TRUE(complains("No such file or directory"));
  EXPECT_EQ(errors_.size(), 2U);
  EXPECT_TRUE(shows(first_));
  rewrite_in_place(second_.jwks());
  EXPECT_TRUE(shows(second_));
}

TEST_F(KeyFeedTest, KeepsTheKeysOfAFileWithoutKeys) {
  rewrite_in_place(R"({"keys":[]})");
  EXPECT_TRUE(complains("no usable set of keys"));
  EXPECT_TRUE(shows(first_));
}

TEST_F(KeyFeedTest, DropsAKeyThatLeavesTheSet) {
  rewrite_in_place(jose::KeySet({first_.key().public_key(), second_.key().public_key()}).jwks());
  EXPECT_TRUE(wait_until([&] {
    const std::optional<KeyBoard::Change> change = board_.newer_than(place_, 0);
    return change && change->text.size() > first_.jwks().size() + 50;
  }));
  rewrite_in_place(second_.jwks());
  EXPECT_TRUE(shows(second_));
}

TEST_F(KeyFeedTest, GivesWayToANewerOne) {
  const std::unique_ptr<KeyFeed> before = std::move(feed_);
  start();
  EXPECT_TRUE(before->stop(test::kDeadline)) << "by itself or asked";
  rewrite_in_place(second_.jwks());
  EXPECT_TRUE(shows(second_));
}

TEST(KeyFetch, ReadsTheLifeThatTheServerNames) {
  using std::chrono::seconds;
  EXPECT_EQ(max_age_of("public, max-age=300, must-revalidate"), seconds(300));
  EXPECT_EQ(max_age_of("Max-Age=5"), seconds(5));
  EXPECT_EQ(max_age_of("s-maxage=7, max-age=9"), seconds(9));
  for (const char* none : {"", "public", "s-maxage=7", "x-max-age=7", "max-age=x", "max-age=", "max-age=-1",
                           "max-age=99999999999999999999"})
    EXPECT_EQ(max_age_of(none), std::nullopt) << none;
  for (const char* never : {"no-store", "max-age=300, no-cache"}) EXPECT_EQ(max_age_of(never), seconds(0));
}

TEST(KeyFetch, TrustsHttpsAndThisMachine) {
  for (const char* good : {"https://id.example.com/jwks", "http://127.0.0.1:8080/k", "http://localhost/k",
                           "http://[::1]:1/k", "HTTPS://id.example.com"})
    EXPECT_EQ(fault_of_url(good), std::nullopt) << good;
  for (const char* bad : {"http://id.example.com/jwks", "http://127.0.0.1.example.com/",
                          "http://localhost@example.com/", "http://10.0.0.1/", "ftp://127.0.0.1/",
                          "file:///etc/passwd", "https://", "://x", "gopher://localhost/"})
    EXPECT_TRUE(fault_of_url(bad)) << bad;
}

}  // namespace
}  // namespace gatehouse::gate
