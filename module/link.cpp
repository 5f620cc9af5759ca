#include "module/link.hpp"

#include <pthread.h>

#include <algorithm>
#include <csignal>

#include "base/text.hpp"
#include "module/redis_feed.hpp"

namespace gatehouse::gate {
namespace {

using namespace std::chrono_literals;

constexpr auto kFirstRetry = 50ms;
constexpr std::chrono::milliseconds kLastRetry = 1s;
constexpr std::size_t kMaxSaid = 100;
constexpr std::size_t kShownKey = 100;

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

Link::Link(const RedisOptions& options, Shared& shared) : options_(options), shared_(shared) {
  const AllSignalsBlocked masked;
  thread_ = std::jthread([this](const std::stop_token& stop) {
    run(stop);
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  });
}

bool Link::stop(std::chrono::milliseconds patience) {
  thread_.request_stop();
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [this] { return ended_; });
}

void Link::run(const std::stop_token& stop) noexcept {
  Replica replica(shared_);
  auto retry = kFirstRetry;
  bool said_why = false;
  while (!replica.superseded() && !stop.stop_requested()) {
    synchronized_ = false;
    try {
      follow(replica, stop);
    } catch (const std::exception& error) {
      if (stop.stop_requested()) return;
      if (synchronized_) {
        retry = kFirstRetry;
        said_why = false;
      }
      if (!said_why)
        say(Level::kError, "no link to Redis at " + options_.endpoint.str() + ": " + error.what() +
                               "; the gate decides by the blocks it has, trying again");
      said_why = true;
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, stop, retry, [] { return false; });
      retry = std::min<std::chrono::milliseconds>(retry * 2, kLastRetry);
    }
  }
}

void Link::follow(Replica& replica, const std::stop_token& stop) {
  const auto on_trust = [this](Replica::Trust trust) {
    synchronized_ = true;
    const bool good = trust == Replica::Trust::kHeld || trust == Replica::Trust::kSynchronizing;
    say(good ? Level::kNotice : Level::kError,
        "the blocks in Redis at " + options_.endpoint.str() + " are " + std::string(describe(trust)));
  };
  const auto on_ignored = [this](const std::string& key) {
    say(Level::kError, "the key \"" + printable(key, kShownKey) +
                           "\" blocks nothing: it names no IP address or network such as 192.0.2.7, "
                           "192.0.2.0/24 or 2001:db8::/32; delete it");
  };
  RedisFeed feed(options_, replica, {.on_trust = on_trust, .on_ignored = on_ignored}, stop);
  while (!replica.superseded() && !stop.stop_requested()) feed.run_once();
}

void Link::say(Level level, std::string text) {
  const std::lock_guard lock(mutex_);
  if (said_.size() < kMaxSaid) said_.emplace_back(level, std::move(text));
}

void Link::drain(const Sink& sink) {
  std::vector<std::pair<Level, std::string>> said;
  {
    const std::lock_guard lock(mutex_);
    said.swap(said_);
  }
  for (const auto& [level, text] : said) sink(level, text);
}

}  // namespace gatehouse::gate
