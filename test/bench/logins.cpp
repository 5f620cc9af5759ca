#include <nlohmann/json.hpp>
#include <thread>

#include "test/bench/daemon_site.hpp"
#include "test/bench/machine.hpp"
#include "test/bench/measures.hpp"

namespace gatehouse::bench {
namespace {

constexpr std::size_t kConnections = 8;

// Of one hash while nothing else is hashed.
double seconds_of_a_hash(int seconds) {
  accounts::PasswordHasher hasher(DaemonSite::hash_cost());
  const Secret password{std::string(DaemonSite::password())};
  const std::string hash = hasher.hash(password).value();
  const Clock::time_point begin = Clock::now();
  int hashes = 0;
  for (; Clock::now() - begin < std::chrono::seconds(seconds); ++hashes)
    hasher.verify(hash, password).value();
  return microseconds(Clock::now() - begin) / 1e6 / hashes;
}

}  // namespace

void measure_logins(Report& report, const Options& options, DaemonSite& site) {
  Measure share{.measure = "logins / (cores / time of one hash)", .unit = "ratio", .target = 0.90};
  Measure rate{.measure = "logins", .unit = "1/s", .target = {}};
  for (int run = 0; run < options.runs; ++run) {
    check_interrupted();
    const double hash = seconds_of_a_hash(options.seconds);
    const double logins =
        rate_of(site.endpoint(), kConnections, options.seconds, 201,
                [&](std::size_t i, const Reply*) { return site.people()[i].login_request(); });
    share.runs.push_back(logins * hash / core_count());
    rate.runs.push_back(logins);
    report.keep({{"measure", "logins"}, {"run", run}, {"hash_s", hash}, {"logins_per_second", logins}});
  }
  report.add(std::move(share));
  report.add(std::move(rate));
}

}  // namespace gatehouse::bench
