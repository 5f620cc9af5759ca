// A bounded number of connections, made when needed, lent to one transaction at a time.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "store/connection.hpp"
#include "store/database.hpp"

namespace gatehouse::store {

// What libpq tells in several lines, in the one that a log has.
Unavailable unavailable(const std::exception& failure);

// Throws Unavailable if PostgreSQL does not let us in, std::runtime_error if it does not commit durably.
std::unique_ptr<Connection> connect(const std::string& conninfo, const PoolLimits& limits);

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

    Connection& operator*() const { return *connection_; }
    Connection* operator->() const { return connection_.get(); }
    // It is broken, whatever it says of itself.
    void drop() { connection_.reset(); }

   private:
    Pool& pool_;
    std::unique_ptr<Connection> connection_;
  };

  // Waits for a free one. Throws as connect() does, and Unavailable if none becomes free in time.
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
