#include "http/lanes.hpp"

#include <sys/resource.h>

#include <utility>

namespace gatehouse::http {
namespace {

// Hashing takes all the CPU that it gets; the threads that do a few statements must not wait for a time
// slice.
constexpr int kPasswordNiceness = 10;

}  // namespace

WorkerPool::WorkerPool(std::size_t threads, std::size_t waiting, int niceness)
    : max_waiting_(waiting), idle_(threads) {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this, niceness] { work(niceness); });
}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool WorkerPool::submit(Job job) {
  {
    const std::lock_guard lock(mutex_);
    // A job that an idle thread is about to take does not wait.
    if (waiting_.size() >= max_waiting_ + idle_) return false;
    waiting_.push_back(std::move(job));
  }
  changed_.notify_one();
  return true;
}

void WorkerPool::work(int niceness) {
  // On Linux the priority is the thread's, and 0 is the caller. Failing to lower it costs latency, nothing
  // else.
  if (niceness != 0) ::setpriority(PRIO_PROCESS, 0, ::getpriority(PRIO_PROCESS, 0) + niceness);
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    --idle_;
    if (waiting_.empty()) return;
    Job job = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    job();
    job = nullptr;  // what it holds ends before the lock is taken
    lock.lock();
    ++idle_;
  }
}

Lanes::Lanes(const LaneSizes& sizes)
    : quick_(sizes.quick.threads, sizes.quick.waiting, 0),
      password_(sizes.password.threads, sizes.password.waiting, kPasswordNiceness) {}

bool Lanes::submit(Lane lane, WorkerPool::Job job) {
  switch (lane) {
    case Lane::kDirect:
      job();
      return true;
    case Lane::kQuick:
      return quick_.submit(std::move(job));
    case Lane::kPassword:
      return password_.submit(std::move(job));
  }
  return false;
}

}  // namespace gatehouse::http
