#include "module/file.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

namespace gatehouse::gate {
namespace {

// More than any key set or password has.
constexpr std::streamsize kMaxSize = 1024 * 1024;

}  // namespace

Result<std::string, std::string> read_file(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return Unexpected<std::string>(errno != 0 ? std::strerror(errno) : "cannot be opened");
  std::string text(static_cast<std::size_t>(kMaxSize) + 1, '\0');
  file.read(text.data(), kMaxSize + 1);
  if (file.bad()) return Unexpected<std::string>("cannot be read");
  if (file.gcount() > kMaxSize) return Unexpected<std::string>("is larger than 1 MiB");
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

}  // namespace gatehouse::gate
