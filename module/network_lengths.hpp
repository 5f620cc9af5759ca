// The prefix lengths that the blocked networks have: an address is looked up once for each, so that blocks of
// networks cost what their lengths are, and nothing while there are none.
//
//   lengths.add(network);                                      // before its entry of the table
//   lengths.visit(address.is_v6(), [](unsigned prefix) { … });
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "base/ip.hpp"

namespace gatehouse::gate {

// Any number of readers beside one writer.
class NetworkLengths {
 public:
  void add(const IpNetwork& network) {
    const std::size_t word = first_word(network.first().is_v6()) + network.prefix() / 64;
    words_[word].fetch_or(std::uint64_t{1} << network.prefix() % 64, std::memory_order_release);
  }
  void assign(const NetworkLengths& other) {
    for (std::size_t i = 0; i < words_.size(); ++i)
      words_[i].store(other.words_[i].load(std::memory_order_acquire), std::memory_order_release);
  }

  // Each length once.
  template <typename Visit>
  void visit(bool is_v6, Visit&& visit) const {
    const std::size_t first = first_word(is_v6);
    const std::size_t end = is_v6 ? words_.size() : kV6Word;
    for (std::size_t word = first; word < end; ++word) {
      std::uint64_t bits = words_[word].load(std::memory_order_acquire);
      for (; bits != 0; bits &= bits - 1)
        visit(static_cast<unsigned>((word - first) * 64) + static_cast<unsigned>(std::countr_zero(bits)));
    }
  }

 private:
  static constexpr std::size_t kV6Word = 1;  // IPv4 has lengths up to 32, IPv6 up to 128
  static std::size_t first_word(bool is_v6) { return is_v6 ? kV6Word : 0; }

  std::array<std::atomic<std::uint64_t>, 4> words_{};
};

}  // namespace gatehouse::gate
