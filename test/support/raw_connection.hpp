// A connection to a unix socket on which a test says and hears bytes.
#pragma once

#include <chrono>
#include <string>

#include "test/support/wait.hpp"

namespace gatehouse::test {

class RawConnection {
 public:
  explicit RawConnection(const std::string& path);
  ~RawConnection();
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  bool connected() const { return fd_ >= 0; }
  void send(const std::string& bytes) const;
  // What comes until the other side closes, `until` has come, or the time is over.
  std::string receive(const std::string& until = "", std::chrono::milliseconds within = kDeadline);
  // Whether the other side has closed before the time was over.
  bool closes(std::chrono::milliseconds within = kDeadline);

 private:
  int fd_;
  bool closed_ = false;
};

}  // namespace gatehouse::test
