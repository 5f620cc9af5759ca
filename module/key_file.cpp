#include "module/key_file.hpp"

#include <sys/stat.h>

#include <ctime>

#include "module/file.hpp"

namespace gatehouse::gate {
namespace {

// More than the steps in which a kernel keeps the times of files.
constexpr std::int64_t kSettled = 100'000'000;  // nanoseconds

std::int64_t nanoseconds(const timespec& time) {
  return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

std::optional<KeyFile::Stamp> KeyFile::stamp() const {
  struct stat status {};
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  if (::stat(path_.c_str(), &status) != 0) return std::nullopt;
  if (nanoseconds(status.st_ctim) + kSettled > nanoseconds(now)) return std::nullopt;
  return Stamp{static_cast<std::int64_t>(status.st_dev),
               static_cast<std::int64_t>(status.st_ino),
               status.st_size,
               status.st_mtim.tv_sec,
               status.st_mtim.tv_nsec,
               status.st_ctim.tv_sec,
               status.st_ctim.tv_nsec};
}

std::optional<Result<std::string, std::string>> KeyFile::read_if_changed() {
  read_at_ = stamp();
  if (read_at_ && read_at_ == accepted_) return std::nullopt;
  return read_file(path_);
}

void KeyFile::accept() {
  accepted_ = read_at_;
}

}  // namespace gatehouse::gate
