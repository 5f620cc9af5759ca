// The keys of all issuers in shared memory, as JWK Sets: put up by the key feed and by the master, taken down
// by every worker when they have changed. A worker that asks at each request pays one load.
//
//   KeyBoard* board = KeyBoard::lay_out(memory);                       // the master, once
//   board->publish(place, generation, keys.jwks());                    // the feed
//   if (auto change = board->newer_than(place, version)) …             // a worker
//
// An issuer keeps its place over reloads, so that a new worker finds the keys of a url at once.
#pragma once

#include <pthread.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "module/block_table.hpp"

namespace gatehouse::gate {

class KeyBoard {
 public:
  static constexpr std::size_t kIssuers = 64;
  // For those of a configuration that is read and of the one that it may yet fail to replace.
  static constexpr std::size_t kPlaces = 2 * kIssuers;
  // The longest text of a set: about 120 RSA keys.
  static constexpr std::size_t kMaxText = 64 * 1024 - 64;

  // Where the keys of one issuer are. `owner` stands for the issuer: who holds the place of one that a reload
  // has removed neither reads nor writes the keys of the issuer that has it now.
  struct Place {
    std::size_t index;
    BlockKey owner;
  };
  struct Change {
    std::uint64_t version;  // never 0
    std::string text;
  };

  // The size of what lies in shared memory; pages that nobody writes to take no memory.
  static std::size_t size();
  // Throws std::system_error if a process-shared mutex cannot be had. `memory` is zeroed.
  static KeyBoard* lay_out(void* memory);

  // For the master. The place of each issuer; at most kIssuers of either kind. Those in force keep theirs,
  // since a reload may fail; whatever nobody has followed meanwhile is forgotten, also if its issuer is back.
  std::vector<Place> assign(std::span<const BlockKey> owners, std::span<const BlockKey> in_force);

  // For feeds: the newest of them is the one that publishes.
  std::uint64_t take_over();
  bool is_superseded(std::uint64_t generation) const;
  // False if `text` is too long. Without effect if it is what is there, or the feed was taken over from;
  // `generation` 0 is the master, which has just read the configuration.
  bool publish(const Place& place, std::uint64_t generation, std::string_view text);
  // Whether a worker has asked for newer keys since the last call.
  bool was_asked(const Place& place);

  // For workers.
  // std::nullopt if there is nothing newer, or it is being written.
  std::optional<Change> newer_than(const Place& place, std::uint64_t version) const;
  void ask(const Place& place);

 private:
  struct Entry;
  class Lock;

  KeyBoard();
  Entry& entry(std::size_t index);
  const Entry& entry(std::size_t index) const;
  std::optional<std::size_t> place_of(const BlockKey& owner) const;
  void forget_all_but(std::span<const BlockKey> owners);

  pthread_mutex_t writers_;
  std::atomic<std::uint64_t> generation_{0};
};

}  // namespace gatehouse::gate
