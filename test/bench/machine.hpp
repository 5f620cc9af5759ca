// The cores that a benchmark shares out, and what a process has used of them.
#pragma once

#include <sched.h>
#include <sys/types.h>

#include <cstddef>
#include <string>

namespace gatehouse::bench {

// One core for what is measured, another for what asks it; the same one if there is no other.
struct Cores {
  int server;
  int client;
};
Cores cores();
int core_count();

// While it lives, the calling thread and the processes that it starts run on that core alone.
class Pinned {
 public:
  explicit Pinned(int core);
  ~Pinned();
  Pinned(const Pinned&) = delete;
  Pinned& operator=(const Pinned&) = delete;

 private:
  cpu_set_t before_;
};

// While it lives, the calling thread need not wait for a core, where it is allowed to ask for that: what is
// timed is not the turn of who holds the watch.
class Urgent {
 public:
  Urgent();
  ~Urgent();
  Urgent(const Urgent&) = delete;
  Urgent& operator=(const Urgent&) = delete;
};

// A core as worker_cpu_affinity takes it.
std::string affinity_mask(int core);

// The CPU time of a process of one thread, in microseconds.
double cpu_time_of(pid_t pid);
// That of the calling thread.
double own_cpu_time();
// The resident memory of a process, in MiB.
double memory_of(pid_t pid);

// Set by SIGINT, SIGTERM and SIGHUP: throws then, so that all that was started ends in order.
void end_when_told();
void check_interrupted();

}  // namespace gatehouse::bench
