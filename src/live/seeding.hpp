// Fills a Redis whose set of blocks is not known to be complete: a new one, a flushed one, one that came back
// with an old snapshot.
#pragma once

#include "accounts/ports.hpp"
#include "live/connection.hpp"

namespace gatehouse::live {

enum class Seeded {
  kDone,    // gatehouse:ready stands, with the next epoch
  kBusy,    // another daemon is at it
  kUndone,  // somebody flushed or marked Redis meanwhile: begin again
};

// What Redis has and PostgreSQL does not know is taken as an administrator's, so that no block is lost.
Seeded seed(accounts::Database& database, Connection& redis, Random& random);

}  // namespace gatehouse::live
