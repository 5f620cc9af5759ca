#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "live/connection.hpp"
#include "test/bench/client.hpp"
#include "test/bench/gate_site.hpp"
#include "test/bench/measures.hpp"

namespace gatehouse::bench {
namespace {

constexpr std::chrono::seconds kPatience{30};
constexpr int kTries = 10'000;

std::string worker_of(const Reply& reply) {
  const std::size_t at = reply.headers.find("X-Worker: ");
  return reply.headers.substr(at, reply.headers.find('\r', at) - at);
}

// The kernel chooses the worker of a connection: as many are opened as it takes to have one of each.
std::vector<Connection> connection_to_each_worker(const GateSite& site) {
  std::map<std::string, Connection> found;
  for (int i = 0; i < kTries && found.size() < site.workers().size(); ++i) {
    Connection connection(site.endpoint());
    const std::string worker = worker_of(connection.ask(request_text("GET", "/worker")));
    found.try_emplace(worker, std::move(connection));
  }
  if (found.size() < site.workers().size()) throw std::runtime_error("a worker takes no connection");
  std::vector<Connection> connections;
  for (auto& [worker, connection] : found) connections.push_back(std::move(connection));
  return connections;
}

int ask(Connection& connection, const std::string& request) {
  return connection.ask(request).status;
}

// Until the last of the workers has refused, from now on; in milliseconds.
double time_to_bite(std::vector<Connection>& workers, const std::string& request) {
  const Clock::time_point acknowledged = Clock::now();
  double longest = 0;
  for (Connection& worker : workers) {
    while (ask(worker, request) != 403)
      if (Clock::now() - acknowledged > kPatience) throw std::runtime_error("a block does not bite");
    longest = microseconds(Clock::now() - acknowledged) / 1'000;
  }
  return longest;
}

std::vector<double> times_to_bite(const GateSite& site, const Options& options, int run) {
  live::Connection redis({.address = Endpoint::parse(site.redis().address()).value()},
                         live::Deadline(kPatience));
  std::vector<Connection> workers = connection_to_each_worker(site);
  std::vector<double> times;
  for (std::size_t i = 0; i < options.pushes; ++i) {
    check_interrupted();
    const std::size_t number = static_cast<std::size_t>(run) * options.pushes + i;
    const auto claims = claims_of(number);
    const std::string request = request_text("GET", "/static/decision/", {site.tokens().bearer(claims)});
    for (Connection& worker : workers)
      if (ask(worker, request) != 200) throw std::runtime_error("a good token is refused");
    const std::string device = "gatehouse:block:device:device-" + std::to_string(number);
    redis.set_deadline(live::Deadline(kPatience));
    redis.command({"SET", device, "lost"});
    times.push_back(time_to_bite(workers, request));
    redis.command({"DEL", device});
  }
  return times;
}

class BothCoresBusy {
 public:
  explicit BothCoresBusy(const GateSite& site)
      : load_({"wrk", "-t" + std::to_string(core_count()), "-c32", "-d600s", "-H", site.tokens().bearer(),
               site.url("/static/decision/")},
              folder_ / "wrk.log") {}

 private:
  test::TempDir folder_;
  test::Process load_;
};

}  // namespace

void measure_enforcement(Report& report, const Options& options) {
  const Upstream upstream;
  const GateSite site(upstream, {.blocks = 1'000, .workers = core_count()});
  for (const bool busy : {false, true}) {
    const std::string name = fmt::format("SET to 403 in every worker, {}", busy ? "all cores busy" : "idle");
    Measure middle{.measure = name + ", p50", .unit = "ms", .target = 0.3, .better = Better::kLower};
    Measure slow{.measure = name + ", p99", .unit = "ms", .target = 5, .better = Better::kLower};
    const int first = busy ? options.runs : 0;
    for (int run = 0; run < options.runs; ++run) {
      const std::optional<BothCoresBusy> load =
          busy ? std::optional<BothCoresBusy>(std::in_place, site) : std::nullopt;
      const std::vector<double> times = times_to_bite(site, options, first + run);
      middle.runs.push_back(percentile(times, 0.5));
      slow.runs.push_back(percentile(times, 0.99));
      report.keep({{"measure", "enforcement"}, {"busy", busy}, {"run", run}, {"ms", times}});
    }
    report.add(std::move(middle));
    report.add(std::move(slow));
  }
}

}  // namespace gatehouse::bench
