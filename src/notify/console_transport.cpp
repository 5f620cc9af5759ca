#include "notify/console_transport.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace gatehouse::notify {

// In one piece, so that no line of a log falls into it.
Result<void, SendError> ConsoleTransport::send(const Message& message) {
  const std::string rule(72, '-');
  const std::string text =
      rule + "\nTo: " + message.to + "\nSubject: " + message.subject + "\n\n" + message.body + rule + "\n";
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (std::fflush(stdout) == 0 && written) return {};
  return Unexpected(SendError{.what = std::string("standard output: ") + std::strerror(errno)});
}

}  // namespace gatehouse::notify
