// One reader of foreign bytes per harness. A harness is given any bytes at all, and fails by EXPECT_… of its
// own or by what the sanitizers find. `make fuzz` feeds it what libFuzzer invents; the unit tests, its
// corpus.
//
//   FUZZ(compact_token) { … input … }
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace gatehouse::fuzz {

struct Harness {
  std::string_view name;  // also of its folder in test/fuzz/corpus
  void (*run)(std::string_view input);
};

inline std::vector<Harness>& harnesses() {
  static std::vector<Harness> all;
  return all;
}

struct Registered {
  Registered(std::string_view name, void (*run)(std::string_view)) { harnesses().push_back({name, run}); }
};

inline void check(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "this does not hold: %s\n", what);
  std::abort();
}

}  // namespace gatehouse::fuzz

#define FUZZ(name)                                                                                   \
  static void fuzz_##name(std::string_view input);                                                   \
  [[maybe_unused]] static const ::gatehouse::fuzz::Registered registered_##name(#name, fuzz_##name); \
  static void fuzz_##name(std::string_view input)
#define CHECK_HOLDS(condition) ::gatehouse::fuzz::check(condition, #condition)
