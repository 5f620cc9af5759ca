// Threads for blocking work, in lanes that cannot delay each other: a flood of logins fills the password lane
// and leaves the quick one free.
//
//   Lanes lanes({.quick = {.threads = 8, .waiting = 1024}, .password = {.threads = 4, .waiting = 64}});
//   if (!lanes.submit(Lane::kQuick, [] { … })) …;   // the lane is full
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace gatehouse::http {

enum class Lane {
  kDirect,    // no lane: on the I/O thread, for what answers from memory
  kQuick,     // a few statements of SQL
  kPassword,  // a password is hashed
};

// A bounded queue and the threads that work it off.
class WorkerPool {
 public:
  using Job = std::function<void()>;  // must not throw

  // `niceness` is added to the threads' (setpriority(2)).
  WorkerPool(std::size_t threads, std::size_t waiting, int niceness);
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  // Finishes what was submitted.
  ~WorkerPool();

  // False if as many jobs wait as may.
  bool submit(Job job);

 private:
  void work(int niceness);

  const std::size_t max_waiting_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> waiting_;
  std::size_t idle_;  // threads, including those that have just been given a job
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

struct LaneSizes {
  struct Size {
    std::size_t threads;
    std::size_t waiting;  // jobs, beside those that run
  };
  Size quick;
  Size password;
};

class Lanes {
 public:
  explicit Lanes(const LaneSizes& sizes);

  // kDirect runs the job before this returns.
  bool submit(Lane lane, WorkerPool::Job job);

 private:
  WorkerPool quick_;
  WorkerPool password_;
};

}  // namespace gatehouse::http
