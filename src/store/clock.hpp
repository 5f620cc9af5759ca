// PostgreSQL's clock, read once for a transaction.
#pragma once

#include <optional>

#include "store/connection.hpp"

namespace gatehouse::store {

class Clock {
 public:
  explicit Clock(Connection& connection) : connection_(connection) {}

  // The answer comes with that to the next statement.
  void ask();
  Time now();
  // A statement has read it meanwhile.
  void note(Time now) { now_ = now; }

 private:
  Connection& connection_;
  std::optional<Answer> asked_;
  std::optional<Time> now_;
};

}  // namespace gatehouse::store
