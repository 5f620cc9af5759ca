#include "test/bench/machine.hpp"

#include <csignal>
#include <ctime>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "test/support/process.hpp"

namespace gatehouse::bench {
namespace {

volatile std::sig_atomic_t interrupted = 0;

cpu_set_t own_affinity() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) throw std::runtime_error("sched_getaffinity failed");
  return set;
}

// As it was at the start, before anything was pinned.
const std::vector<int>& allowed_cores() {
  static const std::vector<int> allowed = [] {
    const cpu_set_t set = own_affinity();
    std::vector<int> found;
    for (int core = 0; core < CPU_SETSIZE; ++core)
      if (CPU_ISSET(core, &set)) found.push_back(core);
    return found;
  }();
  return allowed;
}

}  // namespace

Cores cores() {
  return {.server = allowed_cores().front(), .client = allowed_cores().back()};
}

int core_count() {
  return static_cast<int>(allowed_cores().size());
}

Pinned::Pinned(int core) : before_(own_affinity()) {
  allowed_cores();
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core, &set);
  if (sched_setaffinity(0, sizeof set, &set) != 0) throw std::runtime_error("sched_setaffinity failed");
}

Pinned::~Pinned() {
  sched_setaffinity(0, sizeof before_, &before_);
}

Urgent::Urgent() {
  const sched_param first{.sched_priority = 1};
  // What it starts meanwhile competes as ever.
  sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &first);
}

Urgent::~Urgent() {
  const sched_param usual{.sched_priority = 0};
  sched_setscheduler(0, SCHED_OTHER, &usual);
}

std::string affinity_mask(int core) {
  return '1' + std::string(static_cast<std::size_t>(core), '0');
}

double cpu_time_of(pid_t pid) {
  double nanoseconds = 0;
  std::istringstream(test::read_file("/proc/" + std::to_string(pid) + "/schedstat")) >> nanoseconds;
  return nanoseconds / 1'000;
}

double own_cpu_time() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

double memory_of(pid_t pid) {
  const std::string status = test::read_file("/proc/" + std::to_string(pid) + "/status");
  const std::size_t at = status.find("VmRSS:");
  if (at == status.npos) throw std::runtime_error("process " + std::to_string(pid) + " is gone");
  return std::stod(status.substr(at + 6)) / 1024;
}

void end_when_told() {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) std::signal(number, [](int) { interrupted = 1; });
  std::signal(SIGPIPE, SIG_IGN);
}

void check_interrupted() {
  if (interrupted != 0) throw std::runtime_error("interrupted");
}

}  // namespace gatehouse::bench
