#include <fmt/format.h>

#include <algorithm>
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

constexpr std::chrono::seconds kPatience{60};
const std::string kLifted = "gatehouse:block:device:device-1";

struct Resync {
  double seconds;
  double longest_request;  // milliseconds
};

// The block is lifted while nobody listens, so it ends at the gate with the sweep that ends the
// synchronization.
Resync resync(const GateSite& site) {
  live::Connection redis({.address = Endpoint::parse(site.redis().address()).value()},
                         live::Deadline(kPatience));
  Connection client(site.endpoint());
  const std::string request = request_text("GET", "/static/decision/", {site.tokens().bearer(claims_of(1))});
  redis.command({"SET", kLifted, "lost"});
  while (client.ask(request).status != 403) check_interrupted();

  for (const char* type : {"pubsub", "normal"}) redis.append({"CLIENT", "KILL", "TYPE", type});
  redis.append({"DEL", kLifted});
  for (int i = 0; i < 3; ++i) redis.reply();
  const Clock::time_point begin = Clock::now();
  double longest = 0;
  for (int status = 403; status != 200;) {
    check_interrupted();
    const Clock::time_point sent = Clock::now();
    status = client.ask(request).status;
    longest = std::max(longest, microseconds(Clock::now() - sent) / 1'000);
    if (Clock::now() - begin > kPatience) throw std::runtime_error("the blocks are not read again");
  }
  return {.seconds = microseconds(Clock::now() - begin) / 1e6, .longest_request = longest};
}

}  // namespace

void measure_resync(Report& report, const Options& options) {
  const Upstream upstream;
  const GateSite site(upstream, {.zone = "128m", .blocks = options.blocks, .workers = core_count()});
  const std::string name = fmt::format("resync of {} blocks", options.blocks);
  Measure whole{.measure = name, .unit = "s", .target = 3, .better = Better::kLower};
  Measure request{
      .measure = name + ": longest request", .unit = "ms", .target = 20, .better = Better::kLower};
  for (int run = 0; run < options.runs; ++run) {
    const Resync took = resync(site);
    whole.runs.push_back(took.seconds);
    request.runs.push_back(took.longest_request);
    report.keep({{"measure", "resync"},
                 {"run", run},
                 {"seconds", took.seconds},
                 {"longest_ms", took.longest_request}});
  }
  report.add(std::move(whole));
  report.add(std::move(request));
}

}  // namespace gatehouse::bench
