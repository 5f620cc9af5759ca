#include "store/pool.hpp"

#include <algorithm>

namespace gatehouse::store {
namespace {

constexpr int kIdleInTransaction = 60'000;  // milliseconds; seeding talks to Redis inside one

std::string session_settings(const PoolLimits& limits) {
  return "set timezone to 'UTC'; set datestyle to ISO; set client_encoding to 'UTF8'; set statement_timeout "
         "to " +
         std::to_string(limits.statement_timeout.count()) + "; set lock_timeout to " +
         std::to_string(limits.lock_timeout.count()) + "; set idle_in_transaction_session_timeout to " +
         std::to_string(kIdleInTransaction);
}

}  // namespace

Unavailable unavailable(const std::exception& failure) {
  std::string words = failure.what();
  std::ranges::replace(words, '\n', ' ');
  return Unavailable("PostgreSQL: " + words);
}

std::unique_ptr<Connection> connect(const std::string& conninfo, const PoolLimits& limits) try {
  auto connection = std::make_unique<Connection>(conninfo);
  connection->run(session_settings(limits));
  const std::string commit = text(connection->run("show synchronous_commit")[0][0]);
  if (commit != "on" && commit != "remote_apply")
    throw std::runtime_error("PostgreSQL: synchronous_commit is " + commit +
                             ", so a commit could be lost; it must be on");
  return connection;
} catch (const SqlError& failure) {
  throw unavailable(failure);
}

Pool::Lease Pool::borrow() {
  std::unique_lock lock(mutex_);
  if (!freed_.wait_for(lock, limits_.wait, [this] { return lent_ < limits_.connections; }))
    throw Unavailable("PostgreSQL: every connection of the pool is in use");
  ++lent_;
  if (!idle_.empty()) {
    std::unique_ptr<Connection> connection = std::move(idle_.back());
    idle_.pop_back();
    return {*this, std::move(connection)};
  }
  lock.unlock();
  try {
    return {*this, connect(conninfo_, limits_)};
  } catch (...) {
    give_back(nullptr);
    throw;
  }
}

void Pool::drop_idle() {
  std::vector<std::unique_ptr<Connection>> broken;  // closed outside the lock
  const std::lock_guard lock(mutex_);
  broken.swap(idle_);
}

void Pool::give_back(std::unique_ptr<Connection> connection) noexcept {
  {
    const std::lock_guard lock(mutex_);
    --lent_;
    if (connection && connection->is_idle()) idle_.push_back(std::move(connection));
  }
  freed_.notify_one();
}

}  // namespace gatehouse::store
