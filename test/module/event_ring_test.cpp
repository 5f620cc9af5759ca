#include "module/event_ring.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <map>
#include <thread>

namespace gatehouse::gate {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class EventRingTest : public testing::Test {
 protected:
  static constexpr std::size_t kSlots = 8;

  EventRingTest() : EventRingTest(kSlots) {}
  explicit EventRingTest(std::size_t slots)
      : size_(EventRing::kMinSize + slots * EventRing::kSlotSize),
        memory_(mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {
    EventRing::lay_out(memory_, size_);
  }
  ~EventRingTest() override { munmap(memory_, size_); }

  EventRing ring() const { return EventRing(memory_); }
  std::vector<std::string> read(std::size_t limit = 100, Monotonic now = 0) {
    std::vector<std::string> texts;
    for (const EventReader::Record& record : reader().read(limit, now)) {
      texts.push_back(record.bytes);
      last_ = record.position;
    }
    return texts;
  }
  void release() { reader().release(last_); }
  EventReader& reader() {
    if (!reader_) reader_.emplace(memory_);
    return *reader_;
  }
  // Takes a place, and dies before it is filled.
  void claim_and_die() const {
    const pid_t child = fork();
    if (child == 0) {
      // The record ends where no memory is, so that copying it is the last thing this process does.
      auto* page =
          static_cast<char*>(mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
      mprotect(page, 4096, PROT_NONE);
      signal(SIGSEGV, SIG_DFL);
      EventRing(memory_).push({page, 100});
      _exit(0);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_NE(status, 0) << "it should have died";
  }

  const std::size_t size_;
  void* const memory_;
  std::optional<EventReader> reader_;
  std::uint64_t last_ = 0;
};

TEST_F(EventRingTest, GivesWhatWasPutInInItsOrder) {
  EXPECT_THAT(read(), IsEmpty());
  ring().push("first");
  ring().push("");
  ring().push(std::string(EventRing::kMaxRecordSize, 'x'));
  EXPECT_THAT(read(), ElementsAre("first", "", std::string(EventRing::kMaxRecordSize, 'x')));
  EXPECT_THAT(read(2), ElementsAre("first", ""));
  release();
  EXPECT_EQ(ring().waiting(), 1U);
  EXPECT_EQ(ring().pushed(), 3U);
}

TEST_F(EventRingTest, KeepsWhatIsNotReleasedForTheNextReader) {
  ring().push("first");
  ring().push("second");
  EXPECT_THAT(read(1), ElementsAre("first"));
  reader_.reset();
  EXPECT_THAT(read(), ElementsAre("first", "second"));
}

TEST_F(EventRingTest, DropsAndCountsWhatFindsNoRoom) {
  for (std::size_t i = 0; i < kSlots; ++i) EXPECT_TRUE(ring().push(std::to_string(i)));
  EXPECT_FALSE(ring().push("too much"));
  EXPECT_EQ(ring().dropped(), 1U);
  EXPECT_THAT(read(3), ElementsAre("0", "1", "2"));
  EXPECT_FALSE(ring().push("read is not released"));
  release();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(ring().push("new"));
  EXPECT_FALSE(ring().push("too much"));
  EXPECT_EQ(ring().dropped(), 3U);
  EXPECT_THAT(read(), ElementsAre("3", "4", "5", "6", "7", "new", "new", "new"));
}

TEST_F(EventRingTest, GoesRoundForEver) {
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(ring().push(std::to_string(i)));
    ASSERT_THAT(read(), ElementsAre(std::to_string(i)));
    EXPECT_EQ(last_, static_cast<std::uint64_t>(i)) << "positions are never given twice";
    release();
  }
  EXPECT_EQ(ring().dropped(), 0U);
}

TEST_F(EventRingTest, GoesOnWithoutTheSlotOfAWriterThatDied) {
  ring().push("before");
  claim_and_die();
  ring().push("after");
  EXPECT_THAT(read(100, 1'000), ElementsAre("before")) << "it may still be writing";
  release();
  EXPECT_THAT(read(100, 1'000 + EventReader::kPatience - 1), IsEmpty());
  EXPECT_THAT(read(100, 1'000 + EventReader::kPatience), ElementsAre("after"));
  release();
  EXPECT_EQ(ring().dropped(), 1U);
  EXPECT_EQ(ring().waiting(), 0U);
  for (int round = 0; round < 50; ++round) {
    ASSERT_TRUE(ring().push(std::to_string(round)));
    ASSERT_THAT(read(), ElementsAre(std::to_string(round)));
    release();
  }
  std::size_t room = 0;
  while (ring().push("x")) ++room;
  EXPECT_EQ(room, kSlots - 1);
}

TEST_F(EventRingTest, DropsAllOnceEverySlotIsOutOfUse) {
  for (std::size_t i = 0; i < kSlots; ++i) claim_and_die();
  for (Monotonic now = 0; ring().waiting() > 0 && now < 100 * EventReader::kPatience;
       now += EventReader::kPatience)
    EXPECT_THAT(read(100, now), IsEmpty());
  EXPECT_EQ(ring().waiting(), 0U);
  for (int i = 0; i < 100; ++i) {
    EXPECT_FALSE(ring().push("x"));
    EXPECT_THAT(read(), IsEmpty());
  }
  EXPECT_EQ(ring().dropped(), kSlots + 100);
}

class EventRingWithoutRoom : public EventRingTest {
 protected:
  EventRingWithoutRoom() : EventRingTest(0) {}
};

TEST_F(EventRingWithoutRoom, DropsAll) {
  EXPECT_FALSE(ring().push("x"));
  EXPECT_EQ(ring().dropped(), 1U);
  EXPECT_THAT(read(), IsEmpty());
}

// What was not dropped comes out once, whole, and in the order of whoever put it in.
TEST_F(EventRingTest, LosesAndDoublesNothingAmongManyWriters) {
  constexpr int kWriters = 4;
  constexpr int kRecords = 5'000;
  std::atomic<int> pushed = 0;
  std::atomic<int> running = kWriters;
  std::vector<std::jthread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&, writer] {
      for (int i = 0; i < kRecords; ++i) {
        const std::string number = std::to_string(i);
        if (ring().push(std::to_string(writer) + ':' + number + ':' + std::string(number.size() * 50, 'x')))
          ++pushed;
        else
          std::this_thread::yield();
      }
      --running;
    });
  }
  std::map<char, int> last;
  int seen = 0;
  while (running > 0 || ring().waiting() > 0) {
    const std::vector<std::string> texts = read();
    for (const std::string& text : texts) {
      ++seen;
      const std::string number = text.substr(2, text.rfind(':') - 2);
      ASSERT_EQ(text.size(), 3 + number.size() * 51) << "torn";
      if (last.contains(text[0])) {
        ASSERT_GT(std::stoi(number), last[text[0]]);
      }
      last[text[0]] = std::stoi(number);
    }
    if (!texts.empty()) release();
  }
  EXPECT_EQ(seen, pushed);
  EXPECT_EQ(pushed + static_cast<int>(ring().dropped()), kWriters * kRecords);
}

}  // namespace
}  // namespace gatehouse::gate
