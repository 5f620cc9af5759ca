// What is to be done about one key, given what PostgreSQL and Redis say of it: the rules of the contract's
// section 3, without any I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "accounts/block.hpp"
#include "base/time.hpp"

namespace gatehouse::live {

// A block key as Redis has it.
struct LiveBlock {
  std::string value;             // as PostgreSQL keeps it
  std::optional<Duration> life;  // what is left of it; none: for ever
  std::string raw{};             // the value as it stands
};

// Whether a missing key means anything.
struct Completeness {
  // Of gatehouse:ready, valid before and after the key was read; none: Redis has yet to be seeded.
  std::optional<std::int64_t> epoch;
  bool evicted = false;  // Redis has thrown keys away since the set was last known to be whole
};

enum class Action {
  kNothing,  // both say the same
  kMark,     // both say the same, and PostgreSQL should note that Redis knows
  kWrite,    // Redis gets what PostgreSQL has
  kDelete,   // Redis has what was lifted
  kRecord,   // an administrator has set the key
  kReplace,  // an administrator has changed the value or the end of a known block
  kLift,     // an administrator has deleted the key
};

// `stored` is the newest block of the key.
Action decide(const std::optional<accounts::Block>& stored, const std::optional<LiveBlock>& live,
              const Completeness& set, Time now);

}  // namespace gatehouse::live
