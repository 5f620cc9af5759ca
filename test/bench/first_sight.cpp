#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "jose/base64url.hpp"
#include "test/bench/between_calls.hpp"
#include "test/bench/client.hpp"
#include "test/bench/gate_site.hpp"
#include "test/bench/measures.hpp"

namespace gatehouse::bench {
namespace {

constexpr std::size_t kConnections = 32;

// The CPU time of the worker for each of the requests, in microseconds.
double ask_all(const GateSite& site, const std::string& path, const std::vector<std::string>& tokens) {
  std::size_t position = 0;
  const Next next = [&](const Answered& answered) {
    if (answered.reply != nullptr && answered.reply->status != 200)
      throw std::runtime_error(path + " answered " + std::to_string(answered.reply->status));
    if (position == tokens.size()) return std::string();
    return request_text("GET", path, {"Authorization: Bearer " + tokens[position++]});
  };
  const Pinned pinned(cores().client);
  const double before = cpu_time_of(site.worker());
  const std::size_t replies = converse(site.endpoint(), kConnections, next, Waiting::kAwake);
  return (cpu_time_of(site.worker()) - before) / static_cast<double>(replies);
}

struct Signed {
  std::string message;
  std::string signature;
};

std::vector<Signed> split(const std::vector<std::string>& tokens) {
  std::vector<Signed> parts;
  for (const std::string& token : tokens) {
    const std::size_t dot = token.rfind('.');
    parts.push_back({token.substr(0, dot), jose::base64url_decode(token.substr(dot + 1)).value()});
  }
  return parts;
}

struct Verifying {
  double alone;
  double between_calls;
};

Verifying verify_all(const jose::PublicKey& key, const std::vector<Signed>& parts) {
  const auto verify = [&](std::size_t i) {
    if (!key.verifies(parts[i].message, parts[i].signature))
      throw std::runtime_error("a good signature is refused");
  };
  const Pinned pinned(cores().server);
  const double before = own_cpu_time();
  for (std::size_t i = 0; i < parts.size(); ++i) verify(i);
  const double alone = (own_cpu_time() - before) / static_cast<double>(parts.size());
  return {.alone = alone, .between_calls = cpu_between_calls(parts.size(), verify)};
}

void measure_algorithm(Report& report, const Options& options, const Upstream& upstream,
                       jose::Algorithm algorithm) {
  const std::string name(jose::name(algorithm));
  Measure above{.measure = "first sight of a token above bare verify, " + name,
                .unit = "us",
                .target = 3,
                .better = Better::kLower};
  Measure bare{.measure = "bare verify, " + name, .unit = "us", .target = {}, .better = Better::kLower};
  Measure between{.measure = "bare verify between system calls, " + name,
                  .unit = "us",
                  .target = {},
                  .better = Better::kLower};
  for (int run = 0; run < options.runs; ++run) {
    check_interrupted();
    // A zone of its own, which has seen none of them.
    const GateSite site(upstream, {.algorithm = algorithm});
    std::vector<std::string> tokens;
    for (std::size_t i = 0; i < options.tokens; ++i) tokens.push_back(site.tokens().token(claims_of(i)));
    const double unprotected = ask_all(site, "/static/off/", tokens);
    const double first_sight = ask_all(site, "/static/decision/", tokens);
    const Verifying verify = verify_all(site.tokens().key().public_key(), split(tokens));
    above.runs.push_back(first_sight - unprotected - verify.alone);
    bare.runs.push_back(verify.alone);
    between.runs.push_back(verify.between_calls);
    report.keep({{"measure", "first sight"},
                 {"algorithm", name},
                 {"run", run},
                 {"unprotected_us", unprotected},
                 {"first_sight_us", first_sight},
                 {"verify_us", verify.alone},
                 {"verify_between_calls_us", verify.between_calls}});
  }
  report.add(std::move(above));
  report.add(std::move(bare));
  report.add(std::move(between));
}

}  // namespace

void measure_first_sight(Report& report, const Options& options) {
  const Upstream upstream;
  for (const auto algorithm : {jose::Algorithm::kEdDSA, jose::Algorithm::kES256, jose::Algorithm::kRS256})
    measure_algorithm(report, options, upstream, algorithm);
}

}  // namespace gatehouse::bench
