// Keeps the blocks of the zone equal to those of Redis: the rules of a synchronization, of pushed keys and of
// "gatehouse:ready", without any I/O. The feed carries out what next() asks for and tells what came of it.
//
//   replica.connected(run_id);                    // tracking is acknowledged from here on
//   for (;;) {
//     replica.pushed(key); …                      // what the server sent by itself, first
//     const Replica::Task task = replica.next();  // then one step of work
//     … replica.ready_read(…), scanned(…), reread(…), sweep() …
//   }
//
// A synchronization reads ready, scans all keys under a fresh tag, reads ready again, and sweeps what bears
// an older tag only if both readings are valid and equal. Whatever is less sure than that only ever adds
// blocks.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "contract/ready_mark.hpp"
#include "module/shared.hpp"
#include "module/spellings.hpp"

namespace gatehouse::gate {

using contract::ReadyMark;

class Replica {
 public:
  // How a key under "gatehouse:block:" was found.
  struct Reading {
    static constexpr std::int64_t kGone = -2;  // as PTTL says it
    static constexpr std::int64_t kNoExpiry = -1;

    std::string key;
    std::optional<std::string> value;  // read for user keys; nil also for keys of another type than string
    std::int64_t pttl = kNoExpiry;     // milliseconds
  };

  struct Task {
    enum class Kind { kNone, kReadReady, kScan, kReread, kSweep };
    Kind kind = Kind::kNone;
    std::string cursor{};             // kScan
    std::vector<std::string> keys{};  // kReread, each together with ready
  };

  // What the set in the zone is worth to this connection.
  enum class Trust {
    kSynchronizing,
    kHeld,         // complete and valid
    kNotReady,     // ready is missing
    kMalformed,    // ready cannot be read
    kOtherServer,  // ready was set on another server, or before this one restarted
    kOldEpoch,     // ready is older than one seen before
    kEvicted,      // the server has thrown keys away since
    kZoneFull,
  };

  explicit Replica(Shared& shared) : shared_(shared), table_(shared.blocks()) {}

  // Whether the value of a key bears on what it blocks.
  static bool needs_value(std::string_view key);

  // Takes over from any other writer and starts afresh.
  void connected(std::string run_id);
  // Another writer has taken over: nothing is written any more.
  bool superseded() const { return superseded_; }

  void pushed(std::span<const std::string> keys);
  void flushed();
  // A synchronization although nothing was pushed: some changes (SWAPDB) do not push.
  void reconcile();

  Task next();
  // `evicted`: how many keys the server has thrown away in its life, read just after what stands before it.
  void ready_read(const std::optional<std::string>& ready, std::int64_t evicted = 0);
  void scanned(std::string cursor, std::span<const Reading> readings, Monotonic now);
  // `ready` was read at the same moment as the key's value.
  void reread(const Reading& reading, const std::optional<std::string>& ready, Monotonic now,
              std::int64_t evicted = 0);
  void sweep();
  // A message of ours came back on the connection that carries the pushes; `ready` was read when it was sent.
  void heartbeat_returned(Monotonic sent_at, const std::optional<std::string>& ready,
                          std::int64_t evicted = 0);

  // How long that message took.
  void lagged(Monotonic lag) { shared_.lag.store(lag); }

  Trust trust() const { return trust_; }
  // Keys that block nothing because they name no address, each once as long as it is there.
  std::vector<std::string> take_ignored() { return std::exchange(newly_ignored_, {}); }

 private:
  struct Target {
    BlockKey entry;
    std::optional<IpNetwork> network;
  };

  enum class Phase { kIdle, kReadyBefore, kScan, kReadyAfter, kSweep };

  template <typename Change>
  void write(Change change);
  void begin();
  void finish();
  void distrust(Trust why);
  Trust judge(const std::optional<std::string>& ready, std::int64_t evicted,
              std::optional<ReadyMark>& mark) const;
  // Nothing for a key that names no address where one belongs.
  std::optional<Target> target_of(std::string_view key) const;
  void put(const Target& target, const Block& block);
  void settle(const Reading& reading, Monotonic now);
  void remove(const std::string& key);
  void remove_network(const Target& target, const std::string& key);
  void ignore(const std::string& key);
  void read_again(const std::string& key);

  Shared& shared_;
  BlockTable table_;
  std::uint64_t generation_ = 0;
  bool superseded_ = false;
  std::string run_id_;
  Trust trust_ = Trust::kSynchronizing;
  std::optional<ReadyMark> held_;  // the mark of the set, while trust is kHeld

  Phase phase_ = Phase::kIdle;
  std::optional<ReadyMark> before_;  // the first reading of this synchronization
  std::int64_t evicted_before_ = 0;
  std::string cursor_;
  bool fits_ = true;  // every block of this synchronization found room
  std::size_t size_before_sweep_ = 0;

  NetworkLengths lengths_;  // of the networks that were put since this synchronization began
  Spellings spellings_;     // that were seen since then
  std::set<std::string> ignored_;
  std::vector<std::string> newly_ignored_;

  std::deque<std::string> unsettled_;
  std::unordered_set<std::string> queued_;
};

// For the log.
std::string_view describe(Replica::Trust trust);

}  // namespace gatehouse::gate
