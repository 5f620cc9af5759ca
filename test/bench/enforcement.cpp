#include <poll.h>

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "live/connection.hpp"
#include "module/link.hpp"
#include "test/bench/client.hpp"
#include "test/bench/gate_site.hpp"
#include "test/bench/measures.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::bench {
namespace {

constexpr int kPatience = 30'000;  // milliseconds
constexpr std::chrono::microseconds kBetweenLooks{20};
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

// Asks all of them at once, each until it answers `status`; milliseconds from now on.
double time_until(std::vector<Connection>& workers, const std::string& request, int status) {
  const Clock::time_point begin = Clock::now();
  std::vector<pollfd> waiting;
  for (Connection& worker : workers) {
    worker.send(request);
    waiting.push_back({.fd = worker.fd(), .events = POLLIN, .revents = 0});
  }
  for (std::size_t left = workers.size(); left > 0;) {
    if (::poll(waiting.data(), waiting.size(), kPatience) <= 0 ||
        Clock::now() - begin > std::chrono::milliseconds(kPatience))
      throw std::runtime_error("a worker does not answer " + std::to_string(status));
    for (std::size_t i = 0; i < workers.size(); ++i) {
      if (waiting[i].fd < 0 || waiting[i].revents == 0) continue;
      const std::optional<Reply> reply = workers[i].receive();
      if (!reply) continue;
      if (reply->status != status) {
        workers[i].send(request);
        continue;
      }
      waiting[i].fd = -1;  // poll() passes it over
      --left;
    }
  }
  return microseconds(Clock::now() - begin) / 1'000;
}

// In milliseconds.
struct Times {
  std::vector<double> bite;    // from SET to 403 in every worker
  std::vector<double> answer;  // to any answer of every worker
  std::vector<double> table;   // from SET to the table of blocks of a link
};

// A link like that of nginx's helper process, whose table can be looked into.
class OwnLink {
 public:
  explicit OwnLink(const GateSite& site)
      : memory_(std::make_unique<Memory>()),
        shared_(*gate::Shared::lay_out(memory_->bytes, sizeof memory_->bytes, {}, system_random())),
        link_(options_for(site), shared_) {
    if (!test::wait_until([&] { return shared_.complete.load(); }))
      throw std::runtime_error("the link does not synchronize");
  }

  // Milliseconds from now on until the device is blocked.
  double time_until_blocked(const std::string& device) const {
    const Clock::time_point begin = Clock::now();
    const gate::BlockKey key = shared_.key_of("device:" + device);
    while (shared_.blocks().find(key, gate::monotonic_now()).standing ==
           gate::BlockTable::Standing::kAbsent) {
      if (Clock::now() - begin > std::chrono::milliseconds(kPatience))
        throw std::runtime_error("a block does not reach the table");
      std::this_thread::sleep_for(kBetweenLooks);
    }
    return microseconds(Clock::now() - begin) / 1'000;
  }

 private:
  static gate::RedisOptions options_for(const GateSite& site) {
    gate::RedisOptions options;
    options.endpoint = Endpoint::parse(site.redis().address()).value();
    return options;
  }

  struct Memory {
    alignas(4096) unsigned char bytes[1024 * 1024];
  };
  std::unique_ptr<Memory> memory_;
  gate::Shared& shared_;
  gate::Link link_;
};

Times times_of(const GateSite& site, const OwnLink& link, const Options& options, int run) {
  live::Connection redis({.address = Endpoint::parse(site.redis().address()).value()},
                         live::Deadline(std::chrono::milliseconds(kPatience)));
  std::vector<Connection> workers = connection_to_each_worker(site);
  const std::string open = request_text("GET", "/static/off/");
  const Urgent urgent;
  Times times;
  for (std::size_t i = 0; i < options.pushes; ++i) {
    check_interrupted();
    const std::size_t number = static_cast<std::size_t>(run) * options.pushes + i;
    const std::string request =
        request_text("GET", "/static/decision/", {site.tokens().bearer(claims_of(number))});
    time_until(workers, request, 200);
    times.answer.push_back(time_until(workers, open, 200));
    const std::string device = "device-" + std::to_string(number);
    redis.set_deadline(live::Deadline(std::chrono::milliseconds(kPatience)));
    redis.command({"SET", "gatehouse:block:device:" + device, "lost"});
    times.bite.push_back(time_until(workers, request, 403));
    redis.command({"DEL", "gatehouse:block:device:" + device});
    redis.command({"SET", "gatehouse:block:device:unused-" + device, "lost"});
    times.table.push_back(link.time_until_blocked("unused-" + device));
    redis.command({"DEL", "gatehouse:block:device:unused-" + device});
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

struct Pair {
  Measure middle;
  Measure slow;

  void take(const std::vector<double>& times) {
    middle.runs.push_back(percentile(times, 0.5));
    slow.runs.push_back(percentile(times, 0.99));
  }
  void report(Report& report) && {
    report.add(std::move(middle));
    report.add(std::move(slow));
  }
};

Pair pair_of(const std::string& name, std::optional<double> middle = {}, std::optional<double> slow = {}) {
  return {{.measure = name + ", p50", .unit = "ms", .target = middle, .better = Better::kLower},
          {.measure = name + ", p99", .unit = "ms", .target = slow, .better = Better::kLower}};
}

}  // namespace

void measure_enforcement(Report& report, const Options& options) {
  const Upstream upstream;
  const GateSite site(upstream, {.blocks = 1'000, .workers = core_count()});
  const OwnLink link(site);
  for (const bool busy : {false, true}) {
    const std::string when = busy ? ", all cores busy" : ", idle";
    Pair bite = pair_of("SET to 403 in every worker" + when, 0.3, 5);
    Pair answer = pair_of("any answer of every worker" + when);
    Pair table = pair_of("SET to the table of blocks" + when);
    const int first = busy ? options.runs : 0;
    for (int run = 0; run < options.runs; ++run) {
      const std::optional<BothCoresBusy> load =
          busy ? std::optional<BothCoresBusy>(std::in_place, site) : std::nullopt;
      const Times times = times_of(site, link, options, first + run);
      bite.take(times.bite);
      answer.take(times.answer);
      table.take(times.table);
      report.keep({{"measure", "enforcement"},
                   {"busy", busy},
                   {"run", run},
                   {"bite_ms", times.bite},
                   {"answer_ms", times.answer},
                   {"table_ms", times.table}});
    }
    std::move(bite).report(report);
    std::move(answer).report(report);
    std::move(table).report(report);
  }
}

}  // namespace gatehouse::bench
