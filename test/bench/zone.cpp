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

// How many blocks a zone of this size takes.
double room_in(std::size_t size) {
  const std::unique_ptr<void, Free> memory(std::aligned_alloc(kPage, size));
  if (!memory) throw std::bad_alloc();
  return static_cast<double>(gate::Shared::lay_out(memory.get(), size, system_random())->blocks().capacity());
}

}  // namespace

void measure_zone(Report& report, const Options&) {
  Measure bytes{.measure = "zone bytes per block", .unit = "B", .target = 72, .better = Better::kLower};
  for (const std::size_t megabytes : {8, 32, 128}) {
    const std::size_t size = megabytes << 20;
    bytes.runs.push_back(static_cast<double>(size) / room_in(size));
  }
  report.add(std::move(bytes));
}

}  // namespace gatehouse::bench
