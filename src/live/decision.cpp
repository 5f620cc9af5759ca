#include "live/decision.hpp"

namespace gatehouse::live {
namespace {

// The ends of one block, told by two clocks and rounded, differ by less; near its end a key may go at any
// moment.
constexpr Duration kMargin = std::chrono::seconds(2);

bool ends_together(const accounts::Block& stored, const LiveBlock& live, Time now) {
  if (!stored.ends_at || !live.life) return !stored.ends_at && !live.life;
  return std::chrono::abs(*stored.ends_at - (now + *live.life)) < kMargin;
}

bool ends_soon(const accounts::Block& stored, Time now) {
  return stored.ends_at && *stored.ends_at - now < kMargin;
}

// Redis has been told of the block in this epoch: by name, or since seeding wrote every active block.
bool told(const accounts::Block& stored, const Completeness& set) {
  return set.epoch && stored.published_epoch && *stored.published_epoch <= *set.epoch;
}

Action decide_active(const accounts::Block& stored, const std::optional<LiveBlock>& live,
                     const Completeness& set, Time now) {
  if (!live) {
    if (ends_soon(stored, now)) return Action::kNothing;
    return told(stored, set) && !set.evicted ? Action::kLift : Action::kWrite;
  }
  if (live->value == stored.value && ends_together(stored, *live, now))
    return set.epoch && !stored.published_epoch ? Action::kMark : Action::kNothing;
  // A value that Redis had before it was told ours is older.
  return told(stored, set) ? Action::kReplace : Action::kWrite;
}

// Whether the key in Redis is what is left of a block that is over.
bool is_remainder(const accounts::Block& stored, const LiveBlock& live, const Completeness& set) {
  if (live.value != stored.value) return false;
  if (!stored.lifted_at) return live.life && *live.life < kMargin;  // it has ended, and goes by itself
  // Not withdrawn yet, or back with an old snapshot of Redis.
  return !stored.published_epoch || !set.epoch;
}

Action decide_over(const accounts::Block& stored, const std::optional<LiveBlock>& live,
                   const Completeness& set) {
  if (!live) return set.epoch && !stored.published_epoch ? Action::kMark : Action::kNothing;
  if (!is_remainder(stored, *live, set)) return Action::kRecord;
  return stored.lifted_at ? Action::kDelete : Action::kNothing;
}

}  // namespace

Action decide(const std::optional<accounts::Block>& stored, const std::optional<LiveBlock>& live,
              const Completeness& set, Time now) {
  if (!stored) return live ? Action::kRecord : Action::kNothing;
  if (stored->active(now)) return decide_active(*stored, live, set, now);
  return decide_over(*stored, live, set);
}

}  // namespace gatehouse::live
