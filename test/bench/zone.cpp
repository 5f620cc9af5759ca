#include <cstdlib>
#include <memory>
#include <new>

#include "module/shared.hpp"
#include "test/bench/measures.hpp"

namespace gatehouse::bench {
namespace {

constexpr std::size_t kPage = 4096;

struct Free {
  void operator()(void* memory) const { std::free(memory); }
};

// How many bytes of a zone of this size one block takes; its cache of tokens is not counted.
double bytes_per_block(std::size_t size) {
  const std::unique_ptr<void, Free> memory(std::aligned_alloc(kPage, size));
  if (!memory) throw std::bad_alloc();
  const gate::ZoneShares shares = gate::ZoneShares::of(size);
  gate::Shared* shared = gate::Shared::lay_out(memory.get(), size, shares, system_random());
  return static_cast<double>(size - shares.cache) / static_cast<double>(shared->blocks().capacity());
}

}  // namespace

void measure_zone(Report& report, const Options&) {
  Measure bytes{.measure = "zone bytes per block", .unit = "B", .target = 72, .better = Better::kLower};
  for (const std::size_t megabytes : {8, 32, 128}) bytes.runs.push_back(bytes_per_block(megabytes << 20));
  report.add(std::move(bytes));
}

}  // namespace gatehouse::bench
