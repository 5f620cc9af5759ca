// An upstream whose answers do not end: it sends a beginning, then echoes what comes, until the other side
// closes.
#pragma once

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace gatehouse::test {

class LastingUpstream {
 public:
  static const char* const kUpgraded;
  static const char* const kEvents;

  // `beginning` is what follows the head of each request.
  LastingUpstream(const std::string& path, std::string beginning);
  ~LastingUpstream();
  LastingUpstream(const LastingUpstream&) = delete;
  LastingUpstream& operator=(const LastingUpstream&) = delete;

  // Connections that are open now.
  int open() const { return open_; }

 private:
  struct Client {
    int fd;
    std::string head;
    bool begun = false;
  };
  void run();
  // Whether the client is still there.
  bool serve(Client& client) const;

  const std::string beginning_;
  int listener_;
  int wake_[2];
  std::atomic<int> open_{0};
  std::thread thread_;
};

}  // namespace gatehouse::test
