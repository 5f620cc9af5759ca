#include "base/atomic_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace gatehouse {
namespace {

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() { close(fd_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

void write_all(int fd, std::string_view content, const std::string& path) {
  while (!content.empty()) {
    const ssize_t size = write(fd, content.data(), content.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) fail("cannot write " + path);
    content.remove_prefix(static_cast<std::size_t>(size));
  }
}

void write_new(int fd, const std::string& path, std::string_view content, mode_t mode) {
  write_all(fd, content, path);
  if (fchmod(fd, mode) != 0) fail("cannot set the mode of " + path);
  if (fsync(fd) != 0) fail("cannot flush " + path);
}

// A rename lasts only once the directory is on the disk, too.
void flush_directory(const std::string& directory) {
  const int fd = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) fail("cannot open " + directory);
  const Descriptor held(fd);
  if (fsync(fd) != 0) fail("cannot flush " + directory);
}

}  // namespace

void write_file_atomically(const std::string& path, std::string_view content, mode_t mode) {
  const std::string parent = std::filesystem::path(path).parent_path();
  const std::string directory = parent.empty() ? "." : parent;
  std::string draft = path + ".XXXXXX";
  const int fd = mkostemp(draft.data(), O_CLOEXEC);
  if (fd < 0) fail("cannot create " + draft);
  try {
    const Descriptor held(fd);
    write_new(fd, draft, content, mode);
    if (std::rename(draft.c_str(), path.c_str()) != 0) fail("cannot replace " + path);
  } catch (...) {
    unlink(draft.c_str());
    throw;
  }
  flush_directory(directory);
}

}  // namespace gatehouse
