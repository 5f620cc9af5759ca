// HTTP/1.1 as a load generator speaks it: connections that are kept, requests as prepared text, several of
// them in flight from one thread.
//
//   Connection connection(Endpoint::parse("127.0.0.1:8080").value());
//   Reply reply = connection.ask(request_text("GET", "/", {"Authorization: Bearer …"}));
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/endpoint.hpp"

namespace gatehouse::bench {

using Clock = std::chrono::steady_clock;

double microseconds(Clock::duration duration);

struct Reply {
  int status;
  std::string headers;
  std::string body;
};

std::string request_text(std::string_view method, std::string_view path,
                         const std::vector<std::string>& headers = {}, std::string_view body = {});

class Connection {
 public:
  explicit Connection(const Endpoint& endpoint);
  ~Connection();
  Connection(Connection&& other) noexcept;
  Connection& operator=(Connection&&) = delete;

  Reply ask(std::string_view request);

  void send(std::string_view request);
  // Reads what has come, waiting if nothing has; the reply once it is complete. Throws if the server closes.
  std::optional<Reply> receive();
  int fd() const { return fd_; }

 private:
  int fd_;
  std::string received_;
};

struct Answered {
  std::size_t connection;
  const Reply* reply;  // nullptr before the first
  Clock::duration took;
};
// What to send next on a connection; empty: nothing any more.
using Next = std::function<std::string(const Answered&)>;

// Awake, the client takes a core for itself, and no reply has to wake it. Where the server is the slower of
// the two, it would have to do that for nearly every reply, and on a virtual machine that costs it 5 us.
enum class Waiting { kAsleep, kAwake };

// Keeps `connections` busy until `next` has no more for any of them; returns the number of replies.
std::size_t converse(const Endpoint& endpoint, std::size_t connections, const Next& next,
                     Waiting waiting = Waiting::kAsleep);

}  // namespace gatehouse::bench
