// A connection to PostgreSQL. What is posted travels together, in the order in which it was posted, once one
// of the answers is asked for: statements that do not need each other's answers share a round trip.
//
//   Connection connection(conninfo);
//   connection.run("set timezone to 'UTC'");
//   Answer now = connection.post(kNow);
//   const Rows rows = connection.execute(kFind, id);    // asks both
//   time(now.rows()[0][0]);                             // is there already
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "store/pq.hpp"

struct pg_conn;

namespace gatehouse::store {

// PostgreSQL has refused a statement, or the connection has broken.
class SqlError : public std::runtime_error {
 public:
  SqlError(const std::string& words, std::string state)
      : std::runtime_error(words), state_(std::move(state)) {}

  // SQLSTATE; empty if it was not PostgreSQL that said it.
  const std::string& state() const { return state_; }

 private:
  std::string state_;
};

class Connection;

// To a statement that was posted, perhaps not sent yet. To be read before the connection goes.
class Answer {
 public:
  // Throws SqlError, also for a statement that was posted before this one.
  Rows rows();

 private:
  friend class Connection;
  struct Place {
    std::optional<Rows> rows;
  };
  explicit Answer(Connection& connection) : connection_(&connection), place_(std::make_shared<Place>()) {}

  Connection* connection_;
  std::shared_ptr<Place> place_;
};

class Connection {
 public:
  // Throws SqlError if PostgreSQL does not let us in.
  explicit Connection(const std::string& conninfo);
  ~Connection();

  // A script: any number of statements without parameters; the last one's rows.
  Rows run(const std::string& sql);

  template <typename... Parameters>
  Answer post(const Statement& statement, const Parameters&... parameters) {
    const std::array<Parameter, sizeof...(Parameters)> all{Parameter(parameters)...};
    return queue(statement, all.data(), all.size());
  }
  template <typename... Parameters>
  Rows execute(const Statement& statement, const Parameters&... parameters) {
    return post(statement, parameters...).rows();
  }

  // Sends what was posted and waits for the answers. Throws SqlError for the first that failed; PostgreSQL
  // has then passed over those behind it.
  void settle();

  bool is_open() const;
  // Nothing was posted that has not been answered.
  bool is_idle() const { return is_open() && owed_.empty(); }

 private:
  // What libpq owes us, in its order.
  struct Owed {
    const char* statement;                 // its name
    std::shared_ptr<Answer::Place> place;  // none: the statement is being prepared
  };
  struct Close {
    void operator()(pg_conn* connection) const;
  };

  Answer queue(const Statement& statement, const Parameter* parameters, std::size_t count);
  void prepare(const Statement& statement);
  std::optional<SqlError> collect(const Owed& owed);
  SqlError failure() const;

  std::unique_ptr<pg_conn, Close> connection_;
  std::unordered_set<std::string_view> prepared_;
  std::vector<Owed> owed_;
};

// A transaction, undone unless it is committed. BEGIN travels with the first statement.
class Work {
 public:
  explicit Work(Connection& connection);
  ~Work();
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;

  // Sends what was posted, too.
  void commit();

 private:
  Connection& connection_;
  bool over_ = false;
};

}  // namespace gatehouse::store
