#include "live/keeper.hpp"

#include <spdlog/spdlog.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <stop_token>
#include <system_error>
#include <thread>
#include <utility>

#include "live/glance.hpp"
#include "live/reconciling.hpp"
#include "live/seeding.hpp"
#include "live/watch.hpp"

namespace gatehouse::live {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kTick = 1s;    // heartbeat, unpublished blocks
constexpr auto kSweep = 60s;  // SWAPDB pushes nothing, and a push may be lost
constexpr auto kReconnect = 250ms;
constexpr auto kPause = 50ms;  // while another daemon seeds

// Readable once the thread is asked to stop.
class Interrupt {
 public:
  Interrupt() : descriptor_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  }
  ~Interrupt() { close(descriptor_); }
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  void raise() const { (void)eventfd_write(descriptor_, 1); }
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace

class Keeper::Loop {
 public:
  Loop(accounts::Database& database, Server server, Random& random)
      : database_(database),
        server_(std::move(server)),
        random_(random),
        thread_([this](const std::stop_token& stop) { run(stop); }) {}

  ~Loop() {
    thread_.request_stop();
    interrupt_.raise();
  }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  std::string state() const { return state_.load(); }

 private:
  // A thread has no caller to throw to: Redis or PostgreSQL being away is logged once and waited out.
  // Whatever was missed meanwhile is found by the sweep after connecting.
  void run(const std::stop_token& stop) {
    bool told = false;
    while (!stop.stop_requested()) {
      try {
        Watch watch(server_, random_);
        warn_of_eviction(watch.redis());
        converse(stop, watch, told);
      } catch (const accounts::Unavailable& failure) {
        pause(kStalled, failure, told);
      } catch (const std::exception& failure) {
        pause(kDark, failure, told);
      }
    }
  }

  void pause(const char* state, const std::exception& failure, bool& told) {
    if (!std::exchange(told, true)) spdlog::error("live blocks: {}", failure.what());
    state_ = state;
    std::this_thread::sleep_for(kReconnect);
  }

  void converse(const std::stop_token& stop, Watch& watch, bool& told) {
    complete(stop, watch);
    told = false;
    Clock::time_point next_tick = Clock::now();
    Clock::time_point next_sweep = Clock::now() + kSweep;
    while (!stop.stop_requested()) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(next_tick - Clock::now());
      const Watch::News news = watch.wait(interrupt_.descriptor(), std::max(left, 0ms));
      bool settled = !news.everything && !news.ready;
      Reconciler reconciler(database_, watch.redis(), random_, evicted_);
      for (const accounts::BlockKey& key : news.keys) settled = reconciler.settle(key) && settled;
      if (Clock::now() >= next_tick) {
        next_tick = Clock::now() + kTick;
        watch.beat();
        settled = reconciler.is_complete() && reconciler.settle_unpublished() && settled;
      }
      if (!settled || Clock::now() >= next_sweep) {
        complete(stop, watch);
        next_sweep = Clock::now() + kSweep;
      }
    }
  }

  // Until the set in Redis is complete and both sides agree.
  void complete(const std::stop_token& stop, Watch& watch) {
    while (!stop.stop_requested()) {
      Reconciler reconciler(database_, watch.redis(), random_, baseline(watch.redis()));
      if (reconciler.is_complete()) {
        if (reconciler.settle_all() && reconciler.settle_unpublished()) {
          state_ = kReady;
          return;
        }
      } else {
        state_ = kSeeding;
        if (seed_once(watch.redis())) continue;
      }
      std::this_thread::sleep_for(kPause);
    }
  }

  // False if it did not come to an end.
  bool seed_once(Connection& redis) {
    const std::int64_t evicted = evicted_by(redis);
    if (evicted != evicted_)
      spdlog::error(
          "live blocks: Redis has thrown keys away ({} in all); set its maxmemory-policy to noeviction",
          evicted);
    if (seed(database_, redis, random_, evicted_) != Seeded::kDone) return false;
    spdlog::info("live blocks: the set in Redis is complete");
    evicted_ = evicted;
    return true;
  }

  // Of a server that we have not seen yet, every eviction may have been of a block.
  std::int64_t baseline(Connection& redis) {
    if (std::exchange(run_id_, redis.run_id()) != redis.run_id()) evicted_ = 0;
    return evicted_;
  }

  static std::int64_t evicted_by(Connection& redis) {
    redis.set_deadline(Deadline(kTick));
    return look_at(redis, {}).evicted;
  }

  static void warn_of_eviction(Connection& redis) {
    redis.append({"CONFIG", "GET", "maxmemory-policy"});
    const Reply policy = redis.reply();
    if (policy.kind != Reply::Kind::kArray || policy.elements.size() != 2) return;  // we may not ask
    if (policy.elements[1].text != "noeviction")
      spdlog::warn(
          "live blocks: Redis has maxmemory-policy {}: it may throw blocks away; set it to noeviction",
          policy.elements[1].text);
  }

  static constexpr const char* kConnecting = "connecting";
  static constexpr const char* kSeeding = "seeding";
  static constexpr const char* kReady = "ready";
  static constexpr const char* kDark = "dark";
  static constexpr const char* kStalled = "stalled";

  accounts::Database& database_;
  const Server server_;
  Random& random_;
  const Interrupt interrupt_;
  std::atomic<const char*> state_ = kConnecting;
  std::string run_id_;
  std::int64_t evicted_ = 0;
  std::jthread thread_;  // the last member: it starts when the others are there, and ends before they go
};

Keeper::Keeper(accounts::Database& database, Server server, Random& random)
    : loop_(std::make_unique<Loop>(database, std::move(server), random)) {}

Keeper::~Keeper() = default;

std::string Keeper::state() const {
  return loop_->state();
}

}  // namespace gatehouse::live
