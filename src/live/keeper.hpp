// Keeps Redis and PostgreSQL of one mind about the blocks, in a thread of its own: seeds an empty or foreign
// Redis, publishes what the use cases could not, records what administrators set and delete by hand
// (contract, section 3).
#pragma once

#include <memory>
#include <string>

#include "accounts/ports.hpp"
#include "live/server.hpp"

namespace gatehouse::live {

class Keeper {
 public:
  // Starts the thread; connects, and connects again, by itself.
  Keeper(accounts::Database& database, Server server, Random& random);
  // Stops it.
  ~Keeper();

  // What it is doing, as a stable word for /readyz: "connecting", "seeding", "ready", "dark" after a lost
  // connection, or "stalled" without PostgreSQL.
  std::string state() const;

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace gatehouse::live
