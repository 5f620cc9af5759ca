#include "module/shared.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <string>
#include <vector>

namespace gatehouse::gate {
namespace {

using Standing = BlockTable::Standing;

// Memory that a fork shares, as nginx's zones are.
class SharedTest : public testing::Test {
 protected:
  static constexpr std::size_t kSize = 1024 * 1024;

  SharedTest()
      : memory_(mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)),
        shared_(*Shared::lay_out(memory_, kSize, ZoneShares::of(kSize), system_random())) {}
  ~SharedTest() override { munmap(memory_, kSize); }

  void* memory_;
  Shared& shared_;
};

TEST_F(SharedTest, StartsEmptyAndIncomplete) {
  EXPECT_FALSE(shared_.complete);
  EXPECT_FALSE(shared_.overflow);
  EXPECT_EQ(shared_.blocks().size(), 0U);
}

TEST_F(SharedTest, HoldsABlockFor72Bytes) {
  EXPECT_GE(shared_.blocks().capacity(), kSize / 72);
}

TEST_F(SharedTest, HoldsATokenFor2KiBOfItsCache) {
  EXPECT_GE(shared_.tokens().capacity(), kSize / 16 * 3 / 2400);
}

TEST_F(SharedTest, BlocksAndTokensKeepOutOfEachOthersWay) {
  const std::string token(300, 'a');
  shared_.tokens().insert(token, {.voucher = {1, 2}, .times = {}}, 1);
  std::size_t blocks = 0;
  while (shared_.blocks().put(shared_.key_of("device:" + std::to_string(blocks)), {})) ++blocks;
  EXPECT_EQ(blocks, shared_.blocks().capacity());
  EXPECT_TRUE(shared_.tokens().find(token, 1));
  for (int i = 0; i < 10'000; ++i) shared_.tokens().insert(token + std::to_string(i), {}, i);
  for (std::size_t i = 0; i < blocks; ++i)
    ASSERT_EQ(shared_.blocks().find(shared_.key_of("device:" + std::to_string(i)), 0).standing,
              Standing::kBlocked);
}

TEST_F(SharedTest, AnotherProcessSeesWhatOneWrites) {
  const pid_t child = fork();
  if (child == 0) {
    const WriterLock lock(shared_);
    _exit(shared_.blocks().put(shared_.key_of("device:a"), {}) ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  EXPECT_EQ(shared_.blocks().find(shared_.key_of("device:a"), 0).standing, Standing::kBlocked);
}

TEST_F(SharedTest, AWriterThatDiesWithTheLockHoldsNobodyUp) {
  const pid_t child = fork();
  if (child == 0) {
    const WriterLock lock(shared_);
    shared_.blocks().put(shared_.key_of("device:a"), {});
    raise(SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(shared_.blocks().find(shared_.key_of("device:a"), 0).standing, Standing::kBlocked);
  for (int i = 0; i < 2; ++i) {
    const WriterLock lock(shared_);
    ASSERT_TRUE(shared_.blocks().put(shared_.key_of("device:b"), {}));
  }
  EXPECT_EQ(shared_.blocks().size(), 2U);
}

class SharedCopyTest : public SharedTest {
 protected:
  struct alignas(4096) Memory {
    unsigned char bytes[Shared::kMinSize];
  };
  std::unique_ptr<Memory> small_ = std::make_unique<Memory>();
  Shared& copy_ = *Shared::lay_out(small_.get(), sizeof(Memory), {}, system_random());
};

TEST_F(SharedCopyTest, DecidesAsTheOtherDoes) {
  const IpNetwork network = IpNetwork::parse("192.0.2.0/24").value();
  shared_.blocks().put(shared_.key_of("device:a"), {});
  shared_.blocks().put(shared_.key_of(network), {});
  shared_.network_lengths.add(network);
  shared_.complete = true;
  shared_.confirmed_at = 77;
  shared_.epoch = 5;
  shared_.tag = 9;
  copy_.copy(shared_);
  EXPECT_TRUE(copy_.complete);
  EXPECT_FALSE(copy_.overflow);
  EXPECT_EQ(copy_.confirmed_at, 77);
  EXPECT_EQ(copy_.epoch, 5);
  EXPECT_EQ(copy_.tag, 9);
  EXPECT_EQ(copy_.blocks().find(copy_.key_of("device:a"), 0).standing, Standing::kBlocked);
  EXPECT_EQ(copy_.blocks().find(copy_.key_of("device:b"), 0).standing, Standing::kAbsent);
  EXPECT_EQ(copy_.blocks().find(copy_.key_of(network), 0).standing, Standing::kBlocked);
  std::vector<unsigned> lengths;
  copy_.network_lengths.visit(false, [&](unsigned prefix) { lengths.push_back(prefix); });
  EXPECT_EQ(lengths, std::vector<unsigned>{24});
}

TEST_F(SharedCopyTest, ThatIsTooSmallOverflows) {
  for (std::size_t i = 0; i <= copy_.blocks().capacity(); ++i)
    ASSERT_TRUE(shared_.blocks().put(shared_.key_of("device:" + std::to_string(i)), {}));
  shared_.complete = true;
  copy_.copy(shared_);
  EXPECT_TRUE(copy_.overflow);
}

TEST(SharedMemory, MustNotBeTooSmall) {
  alignas(4096) static unsigned char memory[4096];
  EXPECT_THROW(Shared::lay_out(memory, sizeof memory, {}, system_random()), std::runtime_error);
}

}  // namespace
}  // namespace gatehouse::gate
