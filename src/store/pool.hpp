// A bounded number of connections, made when needed, lent to one transaction at a time.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "store/database.hpp"
#include "store/pq.hpp"

namespace gatehouse::store {

// What libpq tells in several lines, in the one that a log has.
Unavailable unavailable(const std::exception& failure);

class Connection {
 public:
  // Throws Unavailable if PostgreSQL does not let us in, std::runtime_error if it does not commit durably.
  Connection(const std::string& conninfo, const PoolLimits& limits);

  pqxx::connection& pq() { return pq_; }
  bool usable() const { return pq_.is_open(); }

 private:
  pqxx::connection pq_;
  pqxx::quiet_errorhandler quiet_;  // what PostgreSQL says comes as an exception, too
};

class Pool {
 public:
  Pool(std::string conninfo, PoolLimits limits) : conninfo_(std::move(conninfo)), limits_(limits) {}

  // A borrowed connection; it goes back, or is dropped if it has broken, when the lease ends.
  class Lease {
   public:
    Lease(Pool& pool, std::unique_ptr<Connection> connection)
        : pool_(pool), connection_(std::move(connection)) {}
    ~Lease() { pool_.give_back(std::move(connection_)); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;

    pqxx::connection& pq() { return connection_->pq(); }
    bool usable() const { return connection_->usable(); }
    // It is broken, whatever it says of itself.
    void drop() { connection_.reset(); }

   private:
    Pool& pool_;
    std::unique_ptr<Connection> connection_;
  };

  // Waits for a free one. Throws Unavailable as Connection does, or if none becomes free in time.
  Lease borrow();
  // Drops the idle ones: one was found broken, so the others probably are, too.
  void drop_idle();

 private:
  void give_back(std::unique_ptr<Connection> connection) noexcept;

  const std::string conninfo_;
  const PoolLimits limits_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::size_t lent_ = 0;
};

}  // namespace gatehouse::store
