// The program of `make fuzz`: libFuzzer around the harness that FUZZ_HARNESS names.
#include <cstdint>
#include <cstdlib>

#include "test/fuzz/harness.hpp"

namespace {

const gatehouse::fuzz::Harness& chosen() {
  const char* name = std::getenv("FUZZ_HARNESS");
  for (const auto& harness : gatehouse::fuzz::harnesses())
    if (name != nullptr && harness.name == name) return harness;
  std::fprintf(stderr, "FUZZ_HARNESS must be one of:\n");
  for (const auto& harness : gatehouse::fuzz::harnesses())
    std::fprintf(stderr, "%.*s\n", static_cast<int>(harness.name.size()), harness.name.data());
  std::exit(2);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const gatehouse::fuzz::Harness& harness = chosen();
  harness.run({reinterpret_cast<const char*>(data), size});
  return 0;
}
