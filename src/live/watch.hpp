// Hears of every change of a block key as it happens: client tracking in broadcasting mode, redirected to a
// second connection that is subscribed (RESP2). Pushes have no value; the key is read again.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "accounts/block.hpp"
#include "base/random.hpp"
#include "live/connection.hpp"

namespace gatehouse::live {

class Watch {
 public:
  // Connected and tracking when it returns.
  Watch(const Server& server, Random& random);

  // For commands. What is changed through it is not pushed back.
  Connection& redis() { return redis_; }

  struct News {
    bool everything = false;  // FLUSHALL, FLUSHDB
    bool ready = false;       // gatehouse:ready was changed
    std::vector<accounts::BlockKey> keys{};
  };
  // What has been pushed; waits until something is, `interrupt` becomes readable or the time is over.
  News wait(int interrupt, std::chrono::milliseconds patience);

  // Sends a message to ourselves round the whole way. Throws RedisError if the one before did not arrive.
  void beat();

 private:
  void take_in(const Reply& push, News& news);

  Connection redis_;
  Connection subscriber_;
  std::string channel_;  // of our own messages
  bool awaiting_beat_ = false;
};

}  // namespace gatehouse::live
