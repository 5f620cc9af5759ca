#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>

#include "test/bench/gate_site.hpp"
#include "test/bench/measures.hpp"
#include "test/bench/wrk.hpp"

namespace gatehouse::bench {
namespace {

constexpr std::size_t kFew = 1'000;
// Each of them looks elsewhere in the table; all of them fit into the cache of tokens, which is the same for
// both.
constexpr std::size_t kBearers = 1'024;

std::string token_lines(const test::TokenMaker& maker) {
  std::string lines;
  for (std::size_t i = 0; i < kBearers; ++i) lines += maker.token(claims_of(i)) + '\n';
  return lines;
}

}  // namespace

void measure_many_blocks(Report& report, const Options& options) {
  const Upstream upstream;
  const GateSite few(upstream, {.zone = "32m cache=8m", .blocks = kFew});
  const GateSite many(upstream, {.zone = "128m cache=8m", .blocks = options.blocks});
  const test::TempDir folder;
  const auto target = [&](const GateSite& site, const std::string& name) {
    test::write_file(folder / name, token_lines(site.tokens()));
    return WrkTarget{site.url("/static/decision/"), {}, folder / name, site.worker()};
  };
  const WrkTarget ask_few = target(few, "few");
  const WrkTarget ask_many = target(many, "many");

  Measure ratio{
      .measure = fmt::format("{} blocks / {} blocks", options.blocks, kFew), .unit = "ratio", .target = 0.98};
  for (int run = 0; run < options.runs; ++run) {
    const bool few_first = run % 2 == 0;
    const Rate first = wrk(few_first ? ask_few : ask_many, options.seconds);
    const Rate second = wrk(few_first ? ask_many : ask_few, options.seconds);
    const Rate& of_few = few_first ? first : second;
    const Rate& of_many = few_first ? second : first;
    ratio.runs.push_back(of_many.per_second / of_few.per_second);
    report.keep({{"measure", "many blocks"},
                 {"run", run},
                 {"few_per_second", of_few.per_second},
                 {"few_cpu_us", of_few.cpu},
                 {"many_per_second", of_many.per_second},
                 {"many_cpu_us", of_many.cpu}});
  }
  report.add(std::move(ratio));
}

}  // namespace gatehouse::bench
