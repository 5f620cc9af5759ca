// Keeps the daemon's signing keys those of PostgreSQL, and the gate's JWKS file those of the daemon.
#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "accounts/signing_keys.hpp"

namespace gatehouse::daemon {

class KeyWatch {
 public:
  // The file is written before this returns; throws if it cannot be. Then a thread looks every second for
  // what has changed.
  KeyWatch(accounts::Database& database, const accounts::Secrets& secrets, accounts::SigningKeys& keys,
           std::string jwks_file);

 private:
  void run(const std::stop_token& stop);
  void publish();

  accounts::Database& database_;
  const accounts::Secrets& secrets_;
  accounts::SigningKeys& keys_;
  const std::string jwks_file_;
  std::string published_;
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::jthread thread_;  // the last member: it starts when the others are there, and ends before they go
};

}  // namespace gatehouse::daemon
