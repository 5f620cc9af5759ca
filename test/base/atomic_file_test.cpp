#include "base/atomic_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <system_error>
#include <thread>

#include "test/support/process.hpp"

namespace gatehouse {
namespace {

using test::read_file;
using test::TempDir;

std::size_t files_in(const std::string& folder) {
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder)) ++files;
  return files;
}

TEST(AtomicFile, ReplacesContentAndMode) {
  const TempDir folder;
  write_file_atomically(folder / "a", "first", 0600);
  write_file_atomically(folder / "a", std::string(1 << 20, 'x'), 0644);
  EXPECT_EQ(read_file(folder / "a"), std::string(1 << 20, 'x'));
  struct stat status {};
  ASSERT_EQ(stat((folder / "a").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0644U);
  EXPECT_EQ(files_in(folder.path()), 1U);
}

TEST(AtomicFile, LeavesNothingBehindWhenItFails) {
  const TempDir folder;
  EXPECT_THROW(write_file_atomically(folder / "missing/a", "x", 0600), std::system_error);
  ASSERT_EQ(mkdir((folder / "taken").c_str(), 0755), 0);
  EXPECT_THROW(write_file_atomically(folder / "taken", "x", 0600), std::system_error);
  EXPECT_EQ(files_in(folder.path()), 1U);
}

TEST(AtomicFile, IsNeverSeenHalfWritten) {
  const TempDir folder;
  const std::string path = folder / "a";
  write_file_atomically(path, std::string(100'000, 'a'), 0600);
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (int i = 0; i < 50; ++i)
      write_file_atomically(path, std::string(100'000, i % 2 == 0 ? 'b' : 'a'), 0600);
    done = true;
  });
  while (!done) {
    const std::string seen = read_file(path);
    ASSERT_EQ(seen.size(), 100'000U);
    ASSERT_EQ(seen, std::string(100'000, seen.front()));
  }
  writer.join();
}

}  // namespace
}  // namespace gatehouse
