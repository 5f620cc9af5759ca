// Fills a Redis whose set of blocks is not known to be complete: a new one, a flushed one, one that came back
// with an old snapshot.
#pragma once

#include <cstdint>

#include "accounts/ports.hpp"
#include "live/connection.hpp"

namespace gatehouse::live {

enum class Seeded {
  kDone,    // gatehouse:ready stands, with the next epoch
  kBusy,    // another daemon is at it
  kUndone,  // somebody flushed or marked Redis meanwhile: begin again
};

// What Redis has and PostgreSQL does not know is taken as an administrator's, so that no block is lost. A set
// that says it is complete is filled again if more than `evicted` keys were thrown away.
Seeded seed(accounts::Database& database, Connection& redis, Random& random, std::int64_t evicted);

}  // namespace gatehouse::live
