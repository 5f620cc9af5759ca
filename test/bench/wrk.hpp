// wrk against one worker: one thread and 32 connections, on the client's core.
#pragma once

#include <sys/types.h>

#include <string>

namespace gatehouse::bench {

struct Rate {
  double per_second;
  double cpu;  // of the server, microseconds a request
};

struct WrkTarget {
  std::string url;
  std::string authorization;  // of every request; empty: none
  std::string token_file;     // instead: a token a line, taken in turn
  pid_t server;               // the one worker that answers
};

// Throws if any answer is not a success.
Rate wrk(const WrkTarget& target, int seconds);

}  // namespace gatehouse::bench
