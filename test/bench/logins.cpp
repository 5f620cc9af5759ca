#include <atomic>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "test/bench/daemon_site.hpp"
#include "test/bench/machine.hpp"
#include "test/bench/measures.hpp"

namespace gatehouse::bench {
namespace {

constexpr std::size_t kConnections = 8;

// Of so many threads that do nothing else.
double hashes_per_second(int threads, int seconds) {
  accounts::PasswordHasher hasher({.slots = static_cast<unsigned>(threads)});
  const Secret password{std::string(DaemonSite::password())};
  const std::string hash = hasher.hash(password).value();
  const Clock::time_point begin = Clock::now();
  const Clock::time_point end = begin + std::chrono::seconds(seconds);
  std::atomic<int> hashes = 0;
  std::vector<std::jthread> hashing;
  for (int i = 0; i < threads; ++i)
    hashing.emplace_back([&] {
      for (; Clock::now() < end; ++hashes) hasher.verify(hash, password).value();
    });
  hashing.clear();
  return hashes / (microseconds(Clock::now() - begin) / 1e6);
}

}  // namespace

void measure_logins(Report& report, const Options& options, DaemonSite& site) {
  Measure share{.measure = "logins / (cores / time of one hash)", .unit = "ratio", .target = 0.90};
  Measure floor{.measure = "hashes alone, all cores at once / (cores / time of one hash)",
                .unit = "ratio",
                .target = {}};
  Measure rate{.measure = "logins", .unit = "1/s", .target = {}};
  for (int run = 0; run < options.runs; ++run) {
    check_interrupted();
    const double hash = 1 / hashes_per_second(1, options.seconds);
    const double at_once = hashes_per_second(core_count(), options.seconds);
    const double logins =
        rate_of(site.endpoint(), kConnections, options.seconds, 201,
                [&](std::size_t i, const Reply*) { return site.people()[i].login_request(); });
    share.runs.push_back(logins * hash / core_count());
    floor.runs.push_back(at_once * hash / core_count());
    rate.runs.push_back(logins);
    report.keep({{"measure", "logins"},
                 {"run", run},
                 {"hash_s", hash},
                 {"hashes_per_second", at_once},
                 {"logins_per_second", logins}});
  }
  report.add(std::move(share));
  report.add(std::move(floor));
  report.add(std::move(rate));
}

}  // namespace gatehouse::bench
