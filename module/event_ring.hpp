// What the workers have to tell, on its way to the log: a ring of records in shared memory. Any process adds,
// one at a time takes out, nobody waits; what finds no room is counted.
//
//   EventRing ring(memory);
//   ring.push(record);                                    // a worker
//   EventReader reader(memory); reader.read(100, now);    // who holds the readers' lock
//   reader.release(count);                                // once they are safe elsewhere
//
// A position is the number of a record since the ring was laid out; it lies in the slot of position modulo
// capacity. The slot's state says for which position it is free, or that it holds one. A worker claims a
// position, writes, and then turns "free" into "holds". One that dies in between, or stands still, would hold
// up all who come after: after a while the reader takes the slot out of use for good, so that no late writer
// can touch what somebody else has written there.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "module/block_table.hpp"

namespace gatehouse::gate {

class EventRing {
 public:
  static constexpr std::size_t kSlotSize = 1024;
  static constexpr std::size_t kMaxRecordSize = kSlotSize - 2 * sizeof(std::uint64_t);

  static constexpr std::size_t kMinSize = 256;

  // `memory` is aligned to a cache line, `size` at least kMinSize. What it has no room for is dropped; that
  // can be everything.
  static void lay_out(void* memory, std::size_t size);
  // Of memory that was laid out.
  explicit EventRing(void* memory);

  // False, and counted, if there is no room. `record` is at most kMaxRecordSize.
  bool push(std::string_view record);

  std::size_t capacity() const;
  // Records that found room so far.
  std::uint64_t pushed() const;
  // Those of them that wait to be released.
  std::size_t waiting() const;
  // Those that found no room, and those that whoever wrote them did not finish.
  std::uint64_t dropped() const;

 protected:
  struct Head;
  struct Slot;

  Slot& slot_of(std::uint64_t position) const;

  Head& head_;
};

// For one process and thread at a time.
class EventReader : private EventRing {
 public:
  struct Record {
    std::uint64_t position;
    std::string bytes;
  };

  using EventRing::EventRing;

  // Up to `limit` records from the oldest on. They stay until release(). `now` is monotonic_now(): a record
  // that is claimed and not finished is waited for for kPatience.
  std::vector<Record> read(std::size_t limit, Monotonic now);
  // Gives back the slots of all positions up to and with that one.
  void release(std::uint64_t last);

  static constexpr Monotonic kPatience = 2'000;

 private:
  bool give_up(std::uint64_t position, Monotonic now);

  std::uint64_t awaited_ = UINT64_MAX;  // the position that is claimed and not finished
  Monotonic awaited_since_ = 0;
};

}  // namespace gatehouse::gate
