#include "module/replica.hpp"

#include <algorithm>

#include "contract/block_value.hpp"
#include "contract/keys.hpp"

namespace gatehouse::gate {
namespace {

constexpr std::size_t kRereadBatch = 128;
// With more keys than this waiting, a synchronization settles them sooner.
constexpr std::size_t kMaxUnsettled = 64 * 1024;
// About a millisecond.
constexpr std::size_t kSweepBatch = 32 * 1024;
// So many keys that block nothing are told of.
constexpr std::size_t kMaxIgnored = 100;

bool is_block_key(std::string_view key) {
  return key.starts_with(contract::kBlockPrefix);
}

std::string_view block_text(std::string_view key) {
  return key.substr(contract::kBlockPrefix.size());
}

bool is_of_kind(std::string_view key, std::string_view kind) {
  const std::string_view text = block_text(key);
  return text.starts_with(kind) && text.substr(kind.size()).starts_with(':');
}

bool is_gone(const Replica::Reading& reading) {
  return reading.pttl == Replica::Reading::kGone && !reading.value;
}

Block block_of(const Replica::Reading& reading, Monotonic now) {
  Block block;
  // The server rounds down and its answer was under way: one more millisecond is never too early.
  if (reading.pttl >= 0 && reading.pttl < Block::kNever - now - 1) block.expires_at = now + reading.pttl + 1;
  if (Replica::needs_value(reading.key) && reading.value)
    block.before = contract::before_of(*reading.value).value_or(0);
  return block;
}

}  // namespace

bool Replica::needs_value(std::string_view key) {
  return is_of_kind(key, contract::kUser);
}

// Every change of the zone goes through here.
template <typename Change>
void Replica::write(Change change) {
  const WriterLock lock(shared_);
  if (shared_.generation.load() != generation_) {
    superseded_ = true;
    return;
  }
  change();
}

void Replica::connected(std::string run_id) {
  {
    const WriterLock lock(shared_);
    generation_ = shared_.generation.fetch_add(1) + 1;
  }
  run_id_ = std::move(run_id);
  unsettled_.clear();
  queued_.clear();
  distrust(Trust::kSynchronizing);
  begin();
}

void Replica::begin() {
  phase_ = Phase::kReadyBefore;
  before_.reset();
  cursor_ = "0";
  fits_ = true;
  lengths_.assign({});
  spellings_.forget();
  write([this] { shared_.tag.fetch_add(1); });
}

void Replica::distrust(Trust why) {
  held_.reset();
  trust_ = why;
}

void Replica::pushed(std::span<const std::string> keys) {
  write([&] {
    const Block provisional{.provisional = true, .tag = shared_.tag.load()};
    for (const std::string& key : keys) {
      if (!is_block_key(key)) continue;
      if (const std::optional<Target> target = target_of(key)) put(*target, provisional);
    }
  });
  if (held_ && !fits_) distrust(Trust::kZoneFull);
  for (const std::string& key : keys) {
    if (key == contract::kReadyKey) {
      flushed();
    } else if (is_block_key(key)) {
      read_again(key);
    }
  }
  if (unsettled_.size() > kMaxUnsettled) {
    unsettled_.clear();
    queued_.clear();
    begin();
  }
}

void Replica::flushed() {
  distrust(Trust::kSynchronizing);
  begin();
}

void Replica::reconcile() {
  if (phase_ == Phase::kIdle) begin();
}

Replica::Task Replica::next() {
  if (!unsettled_.empty()) {
    Task task{.kind = Task::Kind::kReread};
    while (!unsettled_.empty() && task.keys.size() < kRereadBatch) {
      queued_.erase(unsettled_.front());
      task.keys.push_back(std::move(unsettled_.front()));
      unsettled_.pop_front();
    }
    return task;
  }
  switch (phase_) {
    case Phase::kIdle:
      return {};
    case Phase::kReadyBefore:
    case Phase::kReadyAfter:
      return {.kind = Task::Kind::kReadReady};
    case Phase::kScan:
      return {.kind = Task::Kind::kScan, .cursor = cursor_};
    case Phase::kSweep:
      return {.kind = Task::Kind::kSweep};
  }
  return {};
}

Replica::Trust Replica::judge(const std::optional<std::string>& ready, std::int64_t evicted,
                              std::optional<ReadyMark>& mark) const {
  if (!ready) return Trust::kNotReady;
  std::optional<ReadyMark> parsed = ReadyMark::parse(*ready);
  if (!parsed) return Trust::kMalformed;
  if (parsed->run_id != run_id_) return Trust::kOtherServer;
  const std::int64_t known = shared_.epoch.load();
  if (parsed->epoch < known) return Trust::kOldEpoch;
  // Until a newer epoch says that the set is whole again, a missing key may be one of those.
  if (parsed->epoch == known && shared_.complete.load() && evicted != shared_.evicted.load())
    return Trust::kEvicted;
  mark = std::move(parsed);
  return Trust::kHeld;
}

void Replica::ready_read(const std::optional<std::string>& ready, std::int64_t evicted) {
  std::optional<ReadyMark> mark;
  const Trust trust = judge(ready, evicted, mark);
  if (!mark || (held_ && mark != held_)) distrust(mark ? Trust::kSynchronizing : trust);
  if (phase_ == Phase::kReadyBefore) {
    before_ = std::move(mark);
    evicted_before_ = evicted;
    phase_ = Phase::kScan;
  } else if (phase_ == Phase::kReadyAfter && mark && evicted != evicted_before_) {
    distrust(Trust::kEvicted);
    phase_ = Phase::kIdle;
  } else if (phase_ == Phase::kReadyAfter && mark == before_) {
    phase_ = mark ? Phase::kSweep : Phase::kIdle;
    size_before_sweep_ = table_.size();
    table_.start_sweep();
  } else if (phase_ == Phase::kReadyAfter) {
    begin();
  }
}

void Replica::scanned(std::string cursor, std::span<const Reading> readings, Monotonic now) {
  if (phase_ != Phase::kScan) return;
  write([&] {
    for (const Reading& reading : readings) settle(reading, now);
  });
  cursor_ = std::move(cursor);
  if (cursor_ == "0") phase_ = Phase::kReadyAfter;
}

void Replica::reread(const Reading& reading, const std::optional<std::string>& ready, Monotonic now,
                     std::int64_t evicted) {
  std::optional<ReadyMark> mark;
  judge(ready, evicted, mark);
  write([&] {
    settle(reading, now);
    // Without a valid ready the key may be missing because all of them are.
    if (is_gone(reading) && mark) remove(reading.key);
  });
}

void Replica::settle(const Reading& reading, Monotonic now) {
  if (!is_block_key(reading.key) || is_gone(reading)) return;
  const std::optional<Target> target = target_of(reading.key);
  if (!target) return ignore(reading.key);
  Block block = block_of(reading, now);
  block.tag = shared_.tag.load();
  if (const std::optional<IpNetwork>& network = target->network) {
    const bool known = spellings_.several(*network);
    block.expires_at = spellings_.seen(*network, reading.key, block.expires_at);
    if (!known && spellings_.several(*network)) read_again(Spellings::usual_key(*network));
  }
  put(*target, block);
}

void Replica::remove(const std::string& key) {
  const std::optional<Target> target = target_of(key);
  if (!target) {
    ignored_.erase(key);
  } else if (target->network) {
    remove_network(*target, key);
  } else {
    table_.remove(target->entry);
  }
}

void Replica::remove_network(const Target& target, const std::string& key) {
  const bool only_usual_known = !spellings_.several(*target.network);
  const std::string usual = Spellings::usual_key(*target.network);
  if (const std::optional<Monotonic> end = spellings_.gone(*target.network, key)) {
    put(target, {.expires_at = *end, .tag = shared_.tag.load()});
  } else if (only_usual_known && key != usual) {
    // The entry, if there is one, may be the usual key's.
    put(target, {.provisional = true, .tag = shared_.tag.load()});
    read_again(usual);
  } else if (phase_ == Phase::kIdle || phase_ == Phase::kSweep) {
    table_.remove(target.entry);
  } else {
    // Not every spelling has been seen yet: for the sweep, unless the scan finds another one.
    put(target, {.provisional = true, .tag = static_cast<std::uint8_t>(shared_.tag.load() - 1)});
  }
}

void Replica::ignore(const std::string& key) {
  if (ignored_.size() < kMaxIgnored && ignored_.insert(key).second) newly_ignored_.push_back(key);
}

void Replica::read_again(const std::string& key) {
  if (queued_.insert(key).second) unsettled_.push_back(key);
}

void Replica::sweep() {
  if (phase_ != Phase::kSweep) return;
  bool swept = false;
  write([&] { swept = table_.sweep(shared_.tag.load(), kSweepBatch); });
  if (swept) finish();
}

void Replica::finish() {
  phase_ = Phase::kIdle;
  if (!fits_) {
    distrust(Trust::kZoneFull);
    // What did not fit may find room now.
    if (table_.size() < size_before_sweep_) begin();
    return;
  }
  write([this] {
    shared_.epoch.store(before_->epoch);
    shared_.evicted.store(evicted_before_);
    shared_.overflow.store(false);
    shared_.complete.store(true);
    shared_.network_lengths.assign(lengths_);
  });
  held_ = before_;
  trust_ = Trust::kHeld;
}

void Replica::heartbeat_returned(Monotonic sent_at, const std::optional<std::string>& ready,
                                 std::int64_t evicted) {
  std::optional<ReadyMark> mark;
  const Trust trust = judge(ready, evicted, mark);
  if (held_ && mark == held_) {
    write([&] { shared_.confirmed_at.store(sent_at); });
    return;
  }
  if (held_) distrust(mark ? Trust::kSynchronizing : trust);
  // A push that told of this is on its way, or there was none (SWAPDB).
  if (mark && phase_ == Phase::kIdle && trust_ != Trust::kZoneFull) begin();
}

std::optional<Replica::Target> Replica::target_of(std::string_view key) const {
  const std::string_view text = block_text(key);
  if (!is_of_kind(key, contract::kIp)) return Target{shared_.key_of(text), std::nullopt};
  const std::optional<IpNetwork> network = IpNetwork::parse_around(text.substr(contract::kIp.size() + 1));
  if (!network) return std::nullopt;
  return Target{shared_.key_of(*network), network};
}

void Replica::put(const Target& target, const Block& block) {
  if (target.network) {
    lengths_.add(*target.network);
    shared_.network_lengths.add(*target.network);
  }
  const bool fits = table_.put(target.entry, block);
  shared_.changes.fetch_add(1, std::memory_order_release);
  if (fits) return;
  shared_.dropped.fetch_add(1, std::memory_order_relaxed);
  fits_ = false;
  shared_.overflow.store(true);
}

std::string_view describe(Replica::Trust trust) {
  switch (trust) {
    case Replica::Trust::kSynchronizing:
      return "being read";
    case Replica::Trust::kHeld:
      return "complete";
    case Replica::Trust::kNotReady:
      return "not confirmed: \"gatehouse:ready\" is missing";
    case Replica::Trust::kMalformed:
      return "not confirmed: \"gatehouse:ready\" is not \"<run_id> <epoch>\"";
    case Replica::Trust::kOtherServer:
      return "not confirmed: \"gatehouse:ready\" was set on another server, or before this one restarted";
    case Replica::Trust::kOldEpoch:
      return "not confirmed: \"gatehouse:ready\" has an older epoch than one seen before";
    case Replica::Trust::kEvicted:
      return "not confirmed: the server has thrown keys away; give it \"maxmemory-policy noeviction\"";
    case Replica::Trust::kZoneFull:
      return "too many for gatehouse_zone: every token is refused";
  }
  return "";
}

}  // namespace gatehouse::gate
