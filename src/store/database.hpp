// PostgreSQL: a bounded pool of connections and the transactions on them.
//
//   store::PostgresDatabase database("host=/run/postgresql dbname=gatehouse", {.connections = 8});
//   store::apply_migrations(conninfo, "scripts/migrations");            // migrations.hpp
//   store::Housekeeper housekeeper(database);                          // housekeeping.hpp
//   database.transaction([&](accounts::Transaction& transaction) { … });
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "accounts/ports.hpp"

namespace gatehouse::store {

// PostgreSQL cannot be reached, no connection became free in time, or a lock or statement took too long.
using accounts::Unavailable;

struct PoolLimits {
  std::size_t connections = 8;
  std::chrono::milliseconds wait{5000};  // for a free connection
  std::chrono::milliseconds statement_timeout{10000};
  std::chrono::milliseconds lock_timeout{5000};
};

class PostgresDatabase final : public accounts::Database {
 public:
  // Connects when first used. `conninfo` is any that libpq takes and is passed on as it stands.
  explicit PostgresDatabase(std::string conninfo, PoolLimits limits = {}, Random& random = system_random());
  ~PostgresDatabase() override;

  // Throws Unavailable if PostgreSQL does not answer, std::runtime_error if it is set up so that a commit
  // could be lost (synchronous_commit).
  void check();

  // What has to be done from time to time (housekeeping.hpp), unless another daemon is at it.
  void tidy_up();

 protected:
  void run(const Step& step) override;
  void run_reading(const Step& step) override;

 private:
  std::unique_ptr<class Pool> pool_;
  Random& random_;
};

}  // namespace gatehouse::store
