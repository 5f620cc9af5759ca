#include <atomic>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "test/bench/daemon_site.hpp"
#include "test/bench/machine.hpp"
#include "test/bench/measures.hpp"

namespace gatehouse::bench {
namespace {

constexpr std::size_t kQueue = 64;  // the default of passwords.queue
constexpr std::size_t kRefreshing = 4;

// Logins that fill every place to hash and to wait, but ask for no more: what is refused is not in the queue.
class FullQueue {
 public:
  explicit FullQueue(DaemonSite& site) : thread_([this, &site] { fill(site); }) {}
  ~FullQueue() {
    ending_ = true;
    thread_.join();
  }

 private:
  void fill(DaemonSite& site) {
    const std::size_t places = kQueue + 2 * static_cast<std::size_t>(core_count());
    try {
      converse(site.endpoint(), places, [&](const Answered& answered) {
        return ending_ ? std::string()
                       : site.people()[answered.connection % DaemonSite::kPeople].login_request();
      });
    } catch (const std::exception&) {
      // The daemon has ended, which the refreshes notice, too.
    }
  }

  std::atomic<bool> ending_{false};
  std::thread thread_;
};

struct Refreshes {
  std::vector<double> milliseconds;
  int refused = 0;
};

Refreshes refresh_for(DaemonSite& site, int seconds) {
  std::vector<Person> people = site.logged_in();
  const FullQueue full(site);
  Refreshes refreshes;
  const Clock::time_point end = Clock::now() + std::chrono::seconds(seconds);
  converse(site.endpoint(), kRefreshing, [&](const Answered& answered) {
    Person& person = people[answered.connection];
    if (answered.reply != nullptr) {
      refreshes.milliseconds.push_back(microseconds(answered.took) / 1'000);
      if (answered.reply->status == 200)
        person.take(*answered.reply);
      else
        ++refreshes.refused;
    }
    return Clock::now() < end ? person.refresh_request() : std::string();
  });
  return refreshes;
}

}  // namespace

void measure_full_queue(Report& report, const Options& options, DaemonSite& site) {
  Measure slow{.measure = "refresh while the hash queue is full, p99",
               .unit = "ms",
               .target = 100,
               .better = Better::kLower};
  Measure refused{
      .measure = "refreshes refused meanwhile", .unit = "", .target = 0, .better = Better::kLower};
  for (int run = 0; run < options.runs; ++run) {
    check_interrupted();
    const Refreshes refreshes = refresh_for(site, options.seconds);
    slow.runs.push_back(percentile(refreshes.milliseconds, 0.99));
    refused.runs.push_back(refreshes.refused);
    report.keep({{"measure", "full queue"},
                 {"run", run},
                 {"refreshes", refreshes.milliseconds.size()},
                 {"p50_ms", percentile(refreshes.milliseconds, 0.5)},
                 {"p99_ms", slow.runs.back()},
                 {"refused", refreshes.refused}});
  }
  report.add(std::move(slow));
  report.add(std::move(refused));
}

}  // namespace gatehouse::bench
