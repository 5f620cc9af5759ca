#include "base/random.hpp"

#include <openssl/rand.h>

#include <cstdint>
#include <stdexcept>

namespace gatehouse {
namespace {

class SystemRandom final : public Random {
 public:
  void fill(void* out, std::size_t size) override {
    if (RAND_bytes(static_cast<unsigned char*>(out), static_cast<int>(size)) != 1)
      throw std::runtime_error("the system's random source failed");
  }
};

}  // namespace

Random& system_random() {
  static SystemRandom random;
  return random;
}

unsigned uniform(Random& random, unsigned bound) {
  // Rejects the incomplete last range, which would favour small numbers.
  const std::uint32_t limit = UINT32_MAX - UINT32_MAX % bound;
  std::uint32_t number;
  do random.fill(&number, sizeof number);
  while (number >= limit);
  return number % bound;
}

}  // namespace gatehouse
