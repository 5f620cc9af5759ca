// Has the database tidied up once an hour, in a thread of its own.
#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

#include "store/database.hpp"

namespace gatehouse::store {

class Housekeeper {
 public:
  // Begins at once.
  explicit Housekeeper(PostgresDatabase& database);

 private:
  void run(const std::stop_token& stop);

  PostgresDatabase& database_;
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::jthread thread_;  // the last member: it starts when the others are there, and ends before they go
};

}  // namespace gatehouse::store
