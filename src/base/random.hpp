// Randomness is an argument: production code takes system_random(), tests a Random of their own.
#pragma once

#include <cstddef>
#include <string>

namespace gatehouse {

class Random {
 public:
  virtual ~Random() = default;
  // Fills `size` bytes at `out`. Throws std::runtime_error if the source fails.
  virtual void fill(void* out, std::size_t size) = 0;

  std::string bytes(std::size_t size) {
    std::string out(size, '\0');
    fill(out.data(), size);
    return out;
  }
};

// OpenSSL's CSPRNG; safe from any thread.
Random& system_random();

// A uniformly distributed number in [0, bound); bound > 0.
unsigned uniform(Random& random, unsigned bound);

}  // namespace gatehouse
