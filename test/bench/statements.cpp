#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "test/bench/machine.hpp"
#include "test/bench/measures.hpp"
#include "test/bench/pgbench.hpp"

namespace gatehouse::bench {
namespace {

// As many as the daemon has connections to PostgreSQL.
constexpr std::size_t kPgbenchClients = 8;
constexpr int kTries = 10;

struct Kind {
  std::string name;
  std::string mark;  // in a statement that only this request makes
  std::string (Person::*request)() const;
  bool gives_tokens;
};

const std::vector<Kind> kKinds{
    {"refreshes", "judged as (", &Person::refresh_request, true},
    {"GET /account", "select id, username", &Person::account_request, false},
};
// Neither tokens nor statements: what HTTP alone, and asking for it, cost.
const Kind kHttp{"HTTP alone", "", &Person::health_request, false};

void ask_once(const Kind& kind, Connection& connection, Person& person) {
  const Reply reply = connection.ask((person.*kind.request)());
  if (kind.gives_tokens) person.take(reply);
}

double daemon_rate(const Kind& kind, const Options& options, DaemonSite& site) {
  std::vector<Person> people = site.logged_in();
  return rate_of(site.endpoint(), people.size(), options.seconds, 200,
                 [&](std::size_t i, const Reply* reply) {
                   if (kind.gives_tokens && reply != nullptr) people[i].take(*reply);
                   return (people[i].*kind.request)();
                 });
}

// With sessions of its own each time: it leaves the refresh tokens behind those of the database.
double pgbench_rate(const Kind& kind, const Options& options, DaemonSite& site) {
  std::vector<PgbenchClient> clients;
  {
    StatementLog log(site);
    Connection connection(site.endpoint());
    for (Person& person : site.logged_in()) {
      if (clients.size() == kPgbenchClients) break;
      const auto once = [&] {
        return log.statements_of([&] { ask_once(kind, connection, person); }, kind.mark);
      };
      // The daemon's own chores may use the same connection in between.
      std::vector<LoggedStatement> first = once();
      std::vector<LoggedStatement> second = once();
      for (int tries = 1; first.size() != second.size() && tries < kTries; ++tries)
        first = std::exchange(second, once());
      clients.emplace_back(first, second);
    }
  }
  return pgbench(site.conninfo(), clients, options.seconds);
}

}  // namespace

void measure_statements(Report& report, const Options& options, DaemonSite& site) {
  for (const Kind& kind : kKinds) {
    Measure share{
        .measure = kind.name + " / pgbench with the same statements", .unit = "ratio", .target = 0.60};
    Measure floor{.measure = kind.name + ": those statements and HTTP, one after the other / pgbench",
                  .unit = "ratio",
                  .target = {}};
    Measure rate{.measure = kind.name, .unit = "1/s", .target = {}};
    for (int run = 0; run < options.runs; ++run) {
      check_interrupted();
      const double bare = pgbench_rate(kind, options, site);
      const double ours = daemon_rate(kind, options, site);
      const double http = daemon_rate(kHttp, options, site);
      share.runs.push_back(ours / bare);
      floor.runs.push_back(http / (http + bare));
      rate.runs.push_back(ours);
      report.keep({{"measure", kind.name},
                   {"run", run},
                   {"pgbench_per_second", bare},
                   {"http_per_second", http},
                   {"per_second", ours}});
    }
    report.add(std::move(share));
    report.add(std::move(floor));
    report.add(std::move(rate));
  }
}

}  // namespace gatehouse::bench
