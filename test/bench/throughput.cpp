#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "test/bench/measures.hpp"
#include "test/bench/peers_site.hpp"
#include "test/bench/wrk.hpp"

namespace gatehouse::bench {
namespace {

struct Variant {
  std::string name;
  WrkTarget target;
};
using Rates = std::map<std::string, Rate>;

// Every other time the other way round, so that what changes slowly favours none.
Rates run_once(Report& report, const Options& options, std::vector<Variant> variants, int run) {
  if (run % 2 == 1) std::ranges::reverse(variants);
  Rates rates;
  for (const Variant& variant : variants) {
    const Rate rate = rates[variant.name] = wrk(variant.target, options.seconds);
    report.keep({{"measure", "throughput"},
                 {"variant", variant.name},
                 {"run", run},
                 {"per_second", rate.per_second},
                 {"cpu_us", rate.cpu}});
  }
  return rates;
}

struct Ratio {
  std::string name;
  std::string of;
  std::string to;
  std::optional<double> target;
  std::vector<double> runs = {};
};

std::vector<Ratio> ratios_of(const std::string& shape) {
  const bool proxied = shape == "proxied";
  return {{"decision", "decision", "off", proxied ? 0.97 : 0.93},
          {"three identity headers", "headers", "off", proxied ? 0.94 : 0.82},
          {"peer: auth_request", "auth_request", "peers' off", std::nullopt},
          {"peer: Lua cache of verified tokens", "lua", "peers' off", std::nullopt}};
}

double share(const Rates& rates, const Ratio& ratio) {
  return rates.at(ratio.of).per_second / rates.at(ratio.to).per_second;
}

void measure_shape(Report& report, const Options& options, const std::string& shape, const GateSite& gate,
                   const PeersSite& peers, const std::string& bearer) {
  const auto target = [&](const auto& site, const std::string& location) {
    return WrkTarget{site.url('/' + shape + '/' + location + '/'), bearer, {}, site.worker()};
  };
  const std::vector<Variant> variants{{"off", target(gate, "off")},
                                      {"decision", target(gate, "decision")},
                                      {"headers", target(gate, "headers")},
                                      {"peers' off", target(peers, "off")},
                                      {"auth_request", target(peers, "auth_request")},
                                      {"lua", target(peers, "lua")}};
  std::vector<Ratio> ratios = ratios_of(shape);
  Ratio ahead{.name = "decision / the better peer", .of = {}, .to = {}, .target = 1};
  for (int run = 0; run < options.runs; ++run) {
    const Rates rates = run_once(report, options, variants, run);
    for (Ratio& ratio : ratios) ratio.runs.push_back(share(rates, ratio));
    ahead.runs.push_back(ratios[0].runs.back() / std::max(ratios[2].runs.back(), ratios[3].runs.back()));
  }
  ratios.push_back(ahead);
  for (const Ratio& ratio : ratios)
    report.add(
        {.measure = shape + ": " + ratio.name, .unit = "ratio", .target = ratio.target, .runs = ratio.runs});
}

}  // namespace

void measure_throughput(Report& report, const Options& options) {
  const Upstream upstream;
  const GateSite gate(upstream);
  const std::string token = gate.tokens().token(claims_of(1));
  const PeersSite peers(upstream, token);
  for (const char* shape : {"proxied", "static"})
    measure_shape(report, options, shape, gate, peers, "Authorization: Bearer " + token);
}

}  // namespace gatehouse::bench
