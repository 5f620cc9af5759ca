// Brings PostgreSQL and a seeded Redis to one mind, key by key, by the rules of decision.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "accounts/ports.hpp"
#include "live/connection.hpp"

namespace gatehouse::live {

class Reconciler {
 public:
  // `evicted`: how many keys this server had thrown away when its set was last known to be whole.
  Reconciler(accounts::Database& database, Connection& redis, Random& random, std::int64_t evicted)
      : database_(database), redis_(redis), random_(random), evicted_(evicted) {}

  // Whether gatehouse:ready says so, and no key was thrown away since.
  bool is_complete();
  // False if it could not be decided: the set is being seeded.
  bool settle(const accounts::BlockKey& key);
  // What Redis has not acknowledged, some at a time. False as above.
  bool settle_unpublished();
  // Every key that either side has. False as above.
  bool settle_all();

 private:
  accounts::Database& database_;
  Connection& redis_;
  Random& random_;
  std::int64_t evicted_;
};

}  // namespace gatehouse::live
