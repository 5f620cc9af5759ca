#include "ctl/password.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <istream>
#include <optional>
#include <ostream>

namespace gatehouse::ctl {
namespace {

constexpr std::size_t kLongest = 4096;
constexpr char kInterrupt = '\x03';

// The terminal, silent as long as this lives. Signals of keys are off, too: one would leave it silent.
class SilentTerminal {
 public:
  SilentTerminal() : descriptor_(open("/dev/tty", O_RDONLY | O_CLOEXEC)) {
    if (descriptor_ < 0 || tcgetattr(descriptor_, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ISIG);
    usable_ = tcsetattr(descriptor_, TCSAFLUSH, &silent) == 0;
  }
  ~SilentTerminal() {
    if (usable_) tcsetattr(descriptor_, TCSAFLUSH, &before_);
    if (descriptor_ >= 0) close(descriptor_);
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;

  bool usable() const { return usable_; }

  // Nothing at the end of input, and after Ctrl-C and Enter.
  std::optional<Secret> line() const {
    Secret line(kLongest);
    std::size_t size = 0;
    char c = 0;
    while (read(descriptor_, &c, 1) == 1 && c != '\n') {
      if (c == kInterrupt || size == kLongest) return std::nullopt;
      line.data()[size++] = c;
    }
    if (c != '\n') return std::nullopt;
    return Secret(std::string(line.expose().substr(0, size)));
  }

 private:
  int descriptor_;
  termios before_{};
  bool usable_ = false;
};

}  // namespace

Result<Secret, std::string> ask_for_password(std::ostream& err) {
  const SilentTerminal terminal;
  if (!terminal.usable())
    return Unexpected<std::string>(
        "there is no terminal to ask for the password; give it with --password-stdin");
  err << "Password: " << std::flush;
  std::optional<Secret> first = terminal.line();
  err << "\nAgain: " << std::flush;
  const std::optional<Secret> second = first ? terminal.line() : std::nullopt;
  err << '\n';
  if (!second) return Unexpected<std::string>("no password was given");
  if (first->expose() != second->expose()) return Unexpected<std::string>("the two passwords differ");
  return std::move(*first);
}

Result<Secret, std::string> read_password(std::istream& in) {
  std::string line;
  if (!std::getline(in, line) && line.empty())
    return Unexpected<std::string>("standard input has no password");
  if (line.ends_with('\r')) line.pop_back();
  return Secret(std::move(line));
}

}  // namespace gatehouse::ctl
