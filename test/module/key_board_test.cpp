#include "module/key_board.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <thread>

#include "test/support/wait.hpp"

namespace gatehouse::gate {
namespace {

constexpr BlockKey kOne{1, 1};
constexpr BlockKey kTwo{2, 2};
constexpr BlockKey kThree{3, 3};

// Memory that a fork shares, as nginx's zones are.
class KeyBoardTest : public testing::Test {
 protected:
  KeyBoardTest()
      : memory_(mmap(nullptr, KeyBoard::size(), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)),
        board_(*KeyBoard::lay_out(memory_)) {}
  ~KeyBoardTest() override { munmap(memory_, KeyBoard::size()); }

  // As a reload does it.
  std::vector<KeyBoard::Place> assign(const std::vector<BlockKey>& owners) {
    std::vector<KeyBoard::Place> places = board_.assign(owners, in_force_);
    in_force_ = owners;
    return places;
  }
  KeyBoard::Place place_of(const BlockKey& owner) { return assign({owner}).front(); }
  std::string text_at(const KeyBoard::Place& place) {
    const std::optional<KeyBoard::Change> change = board_.newer_than(place, 0);
    return change ? change->text : "";
  }

  void* memory_;
  KeyBoard& board_;
  std::vector<BlockKey> in_force_{};
};

TEST_F(KeyBoardTest, ShowsWhatWasPublishedUntilItIsSeen) {
  const KeyBoard::Place place = place_of(kOne);
  EXPECT_FALSE(board_.newer_than(place, 0));
  EXPECT_TRUE(board_.publish(place, 0, "first"));
  const std::optional<KeyBoard::Change> first = board_.newer_than(place, 0);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->text, "first");
  EXPECT_FALSE(board_.newer_than(place, first->version));
  board_.publish(place, 0, "first");
  EXPECT_FALSE(board_.newer_than(place, first->version)) << "the same again is no change";
  board_.publish(place, 0, "second, and longer");
  EXPECT_EQ(board_.newer_than(place, first->version)->text, "second, and longer");
}

TEST_F(KeyBoardTest, TakesTextsUpToItsSize) {
  const KeyBoard::Place place = place_of(kOne);
  const std::string longest(KeyBoard::kMaxText, 'x');
  EXPECT_TRUE(board_.publish(place, 0, longest));
  EXPECT_FALSE(board_.publish(place, 0, longest + 'x'));
  EXPECT_EQ(text_at(place), longest);
}

TEST_F(KeyBoardTest, AnIssuerKeepsItsPlaceAndItsKeys) {
  const KeyBoard::Place one = place_of(kOne);
  board_.publish(one, 0, "keys of one");
  const std::vector<KeyBoard::Place> places = assign({kTwo, kOne});
  EXPECT_EQ(places[1].index, one.index);
  EXPECT_NE(places[0].index, one.index);
  EXPECT_EQ(text_at(places[1]), "keys of one");
  EXPECT_EQ(text_at(places[0]), "");
}

TEST_F(KeyBoardTest, AnIssuerInForceKeepsItsPlaceWhateverReloadsFail) {
  const KeyBoard::Place one = place_of(kOne);
  for (std::uint64_t i = 2; i < 300; ++i) {
    const std::array others{BlockKey{i, i}, BlockKey{i + 1000, i}};
    for (const KeyBoard::Place& place : board_.assign(others, in_force_))
      board_.publish(place, 0, "keys of another");
    board_.publish(one, 0, "keys " + std::to_string(i));
    ASSERT_EQ(text_at(one), "keys " + std::to_string(i));
  }
}

TEST_F(KeyBoardTest, AnIssuerThatComesBackHasNoneOfTheKeysItHad) {
  board_.publish(place_of(kOne), 0, "keys of once");
  place_of(kTwo);
  EXPECT_EQ(text_at(place_of(kOne)), "");
}

TEST_F(KeyBoardTest, AnIssuerOfAReloadThatFailedHasNoneOfTheKeysItGotThere) {
  place_of(kTwo);
  board_.publish(board_.assign(std::array{kOne}, in_force_).front(), 0, "keys of once");
  EXPECT_EQ(text_at(place_of(kOne)), "");
}

TEST_F(KeyBoardTest, WhoHeldAPlaceBeforeNeitherReadsNorWritesWhatIsThereNow) {
  const KeyBoard::Place one = place_of(kOne);
  board_.publish(one, 0, "keys of one");
  place_of(kTwo);
  const KeyBoard::Place three = place_of(kThree);
  ASSERT_EQ(one.index, three.index);
  board_.publish(three, 0, "keys of three");
  EXPECT_FALSE(board_.newer_than(one, 0));
  board_.publish(one, 0, "keys of one");
  EXPECT_EQ(text_at(three), "keys of three");
}

TEST_F(KeyBoardTest, HasAPlaceForEachOfItsIssuersAndForThoseThatTheyReplace) {
  for (const std::size_t first : {1U, 1000U}) {
    std::vector<BlockKey> owners;
    for (std::size_t i = first; i < first + KeyBoard::kIssuers; ++i) owners.push_back({i, i});
    const std::vector<KeyBoard::Place> places = assign(owners);
    for (const KeyBoard::Place& place : places) board_.publish(place, 0, std::to_string(place.owner.low));
    for (const KeyBoard::Place& place : places) EXPECT_EQ(text_at(place), std::to_string(place.owner.low));
  }
}

TEST_F(KeyBoardTest, TheNewestFeedIsTheOneThatPublishes) {
  const KeyBoard::Place place = place_of(kOne);
  const std::uint64_t before = board_.take_over();
  board_.publish(place, before, "old");
  const std::uint64_t now = board_.take_over();
  EXPECT_TRUE(board_.is_superseded(before));
  EXPECT_FALSE(board_.is_superseded(now));
  board_.publish(place, now, "new");
  board_.publish(place, before, "old");
  EXPECT_EQ(text_at(place), "new");
}

TEST_F(KeyBoardTest, HandsAQuestionOverOnce) {
  const KeyBoard::Place place = place_of(kOne);
  EXPECT_FALSE(board_.was_asked(place));
  board_.ask(place);
  board_.ask(place);
  EXPECT_TRUE(board_.was_asked(place));
  EXPECT_FALSE(board_.was_asked(place));
}

TEST_F(KeyBoardTest, ReadersNeverSeeHalfAText) {
  const KeyBoard::Place place = place_of(kOne);
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (std::size_t i = 0; !done; ++i)
      board_.publish(place, 0, std::string(100 + i % 7 * 500, static_cast<char>('a' + i % 26)));
  });
  int seen = 0;
  for (int tries = 0; seen < 500 && tries < 10'000'000; ++tries) {
    const std::optional<KeyBoard::Change> change = board_.newer_than(place, 0);
    if (!change) continue;
    ++seen;
    EXPECT_EQ(change->text.find_first_not_of(change->text.front()), std::string::npos);
  }
  EXPECT_EQ(seen, 500);
  done = true;
  writer.join();
}

TEST_F(KeyBoardTest, AWriterThatIsKilledHoldsNobodyUp) {
  const KeyBoard::Place place = place_of(kOne);
  board_.publish(place, 0, "start");
  for (int round = 0; round < 20; ++round) {
    const pid_t child = fork();
    if (child == 0) {
      for (std::size_t i = 0;; ++i)
        board_.publish(place, 0, std::string(KeyBoard::kMaxText, static_cast<char>('a' + i % 26)));
    }
    const std::uint64_t version = board_.newer_than(place, 0).value_or(KeyBoard::Change{}).version;
    EXPECT_TRUE(test::wait_until([&] { return board_.newer_than(place, version).has_value(); }));
    kill(child, SIGKILL);
    ASSERT_EQ(waitpid(child, nullptr, 0), child);
    board_.publish(place, 0, "after " + std::to_string(round));
    EXPECT_EQ(text_at(place), "after " + std::to_string(round));
  }
}

}  // namespace
}  // namespace gatehouse::gate
