#include "notify/directory_transport.hpp"

#include <exception>
#include <filesystem>

#include "base/atomic_file.hpp"

namespace gatehouse::notify {
namespace {

constexpr mode_t kMode = 0640;  // a mail may hold a code

}  // namespace

// Under the same name at each try, so a mail that was sent twice is there once.
Result<void, SendError> DirectoryTransport::send(const Message& message) {
  try {
    write_file_atomically(std::filesystem::path(directory_) / (message.id + ".eml"), message.text, kMode);
    return {};
  } catch (const std::exception& failure) {
    return Unexpected(SendError{.what = failure.what()});
  }
}

}  // namespace gatehouse::notify
