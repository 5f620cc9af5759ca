// What the daemon asks PostgreSQL for one request, asked again by pgbench: the statements are read from
// PostgreSQL's log, so they are those of the daemon, whatever it has become.
//
//   StatementLog log(site);
//   PgbenchClient client(log.statements_of(first), log.statements_of(second));
//   double per_second = pgbench(site.conninfo(), clients, 2);
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "test/bench/daemon_site.hpp"

namespace gatehouse::bench {

struct LoggedStatement {
  std::string sql;
  std::vector<std::optional<std::string>> parameters;  // nothing: null
};

// PostgreSQL logs every statement while it lives.
class StatementLog {
 public:
  explicit StatementLog(DaemonSite& site);
  ~StatementLog();
  StatementLog(const StatementLog&) = delete;
  StatementLog& operator=(const StatementLog&) = delete;

  // Of the connection that the request used, in their order; `mark` is in one of them.
  std::vector<LoggedStatement> statements_of(const std::function<void()>& request, const std::string& mark);

 private:
  DaemonSite& site_;
};

// One client of pgbench: a script and its variables.
struct PgbenchClient {
  // From the statements of two requests in a row: numbers that have grown by one go on growing, ids that
  // differ are made anew each time, everything else stays.
  PgbenchClient(const std::vector<LoggedStatement>& first, const std::vector<LoggedStatement>& second);

  std::string script;
  std::vector<std::pair<std::string, std::string>> variables;
};

// Transactions per second of all clients together, each with a pgbench of its own.
double pgbench(const std::string& conninfo, const std::vector<PgbenchClient>& clients, int seconds);

}  // namespace gatehouse::bench
