#include "module/background.hpp"

#include <pthread.h>

#include <csignal>

namespace gatehouse::gate {
namespace {

constexpr std::size_t kMaxSaid = 100;

// A thread inherits the mask of its creator; nginx's signals belong to nginx's thread.
class AllSignalsBlocked {
 public:
  AllSignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before_);
  }
  ~AllSignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  AllSignalsBlocked(const AllSignalsBlocked&) = delete;
  AllSignalsBlocked& operator=(const AllSignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

}  // namespace

void Background::start(Work work) {
  const AllSignalsBlocked masked;
  thread_ = std::jthread([this, work = std::move(work)](const std::stop_token& stop) {
    work(stop);
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  });
}

bool Background::stop(std::chrono::milliseconds patience) {
  thread_.request_stop();
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [this] { return ended_; });
}

void Background::pause(const std::stop_token& stop, std::chrono::milliseconds duration) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, stop, duration, [] { return false; });
}

void Background::say(Level level, std::string text) {
  const std::lock_guard lock(mutex_);
  if (said_.size() < kMaxSaid) said_.emplace_back(level, std::move(text));
}

void Background::drain(const Sink& sink) {
  std::vector<std::pair<Level, std::string>> said;
  {
    const std::lock_guard lock(mutex_);
    said.swap(said_);
  }
  for (const auto& [level, text] : said) sink(level, text);
}

}  // namespace gatehouse::gate
