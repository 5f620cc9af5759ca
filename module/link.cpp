#include "module/link.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "module/redis_feed.hpp"
#include "module/short_slice.hpp"

namespace gatehouse::gate {
namespace {

using namespace std::chrono_literals;

constexpr auto kFirstRetry = 50ms;
constexpr std::chrono::milliseconds kLastRetry = 1s;
constexpr std::size_t kShownKey = 100;

}  // namespace

Link::Link(const RedisOptions& options, Shared& shared) : options_(options), shared_(shared) {
  background_.start([this](const std::stop_token& stop) { run(stop); });
}

void Link::run(const std::stop_token& stop) noexcept {
  ask_for_short_slice();
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
        background_.say(Background::Level::kError,
                        "no link to Redis at " + options_.endpoint.str() + ": " + error.what() +
                            "; the gate decides by the blocks it has, trying again");
      said_why = true;
      background_.pause(stop, retry);
      retry = std::min<std::chrono::milliseconds>(retry * 2, kLastRetry);
    }
  }
}

void Link::follow(Replica& replica, const std::stop_token& stop) {
  const auto on_trust = [this](Replica::Trust trust) {
    synchronized_ = true;
    const bool good = trust == Replica::Trust::kHeld || trust == Replica::Trust::kSynchronizing;
    background_.say(
        good ? Background::Level::kNotice : Background::Level::kError,
        "the blocks in Redis at " + options_.endpoint.str() + " are " + std::string(describe(trust)));
  };
  const auto on_ignored = [this](const std::string& key) {
    background_.say(Background::Level::kError,
                    "the key \"" + printable(key, kShownKey) +
                        "\" blocks nothing: it names no IP address or network such as 192.0.2.7, "
                        "192.0.2.0/24 or 2001:db8::/32; delete it");
  };
  RedisFeed feed(options_, replica, {.on_trust = on_trust, .on_ignored = on_ignored}, stop);
  while (!replica.superseded() && !stop.stop_requested()) feed.run_once();
}

}  // namespace gatehouse::gate
