// gatehouse-bench: the measurements behind docs/benchmarks.md, as `make bench` and `make bench-daemon` run
// them.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <regex>
#include <stdexcept>
#include <vector>

#include "test/bench/daemon_site.hpp"
#include "test/bench/machine.hpp"
#include "test/bench/measures.hpp"
#include "test/support/process.hpp"

namespace gatehouse::bench {
namespace {

struct Part {
  const char* name;
  std::function<void(Report&)> measure;
};

std::vector<Part> gate_parts(const Options& options) {
  std::vector<Part> parts;
  const auto add = [&](const char* name, void (*measure)(Report&, const Options&)) {
    parts.push_back({name, [measure, &options](Report& report) { measure(report, options); }});
  };
  add("throughput", measure_throughput);
  add("many-blocks", measure_many_blocks);
  add("first-sight", measure_first_sight);
  add("enforcement", measure_enforcement);
  add("zone", measure_zone);
  add("resync", measure_resync);
  add("instructions", measure_instructions);
  return parts;
}

std::vector<Part> daemon_parts(const Options& options, DaemonSite& site) {
  std::vector<Part> parts;
  const auto add = [&](const char* name, void (*measure)(Report&, const Options&, DaemonSite&)) {
    parts.push_back({name, [measure, &options, &site](Report& report) { measure(report, options, site); }});
  };
  add("logins", measure_logins);
  add("statements", measure_statements);
  add("full-queue", measure_full_queue);
  add("memory", measure_memory);
  return parts;
}

Report run_parts(const std::vector<Part>& parts, const std::string& only) {
  Report report;
  const std::regex wanted(only);
  std::string names;
  bool found = false;
  for (const Part& part : parts) {
    names.append(" ").append(part.name);
    if (!std::regex_match(part.name, wanted)) continue;
    found = true;
    std::cerr << "  BENCH  " << part.name << '\n';
    part.measure(report);
  }
  if (!found) throw std::runtime_error("--only " + only + " matches none of the parts, which are" + names);
  return report;
}

void publish(const Report& report, const std::filesystem::path& folder, const std::string& name) {
  std::filesystem::create_directories(folder);
  const std::string file = folder / (name + ".json");
  test::write_file(file, report.json());
  test::write_file(folder / (name + ".rows.jsonl"), report.rows());
  std::cout << '\n' << report.table() << "\nwritten to " << file << '\n';
}

int run(int argc, char** argv) {
  CLI::App app("Measures Gatehouse; run it on a quiet machine.", "gatehouse-bench");
  app.require_subcommand(1);
  Options options;
  std::string only = ".*";
  std::string folder = ".bench";
  app.add_option("--runs", options.runs, "figures of which the median is taken")->check(CLI::Range(1, 100));
  app.add_option("--seconds", options.seconds, "of load for each figure")->check(CLI::Range(1, 600));
  app.add_option("--blocks", options.blocks, "where the table has to be large");
  app.add_option("--tokens", options.tokens, "seen for the first time, of each algorithm");
  app.add_option("--pushes", options.pushes, "blocks whose way to the workers is timed");
  app.add_option("--only", only, "a regular expression for the names of the parts");
  app.add_option("--into", folder, "the folder that the results are written to");
  CLI::App* gate = app.add_subcommand("gate", "the nginx module");
  app.add_subcommand("daemon", "gatehoused");
  CLI11_PARSE(app, argc, argv);

  end_when_told();
  if (core_count() < 2)
    std::cerr << "gatehouse-bench: one core serves and asks at once; the ratios mean little\n";
  if (gate->parsed()) {
    publish(run_parts(gate_parts(options), only), folder, "gate");
  } else {
    DaemonSite site;
    publish(run_parts(daemon_parts(options, site), only), folder, "daemon");
  }
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace gatehouse::bench

int main(int argc, char** argv) try {
  return gatehouse::bench::run(argc, argv);
} catch (const std::exception& error) {
  std::fprintf(stderr, "gatehouse-bench: %s\n", error.what());
  return EXIT_FAILURE;
}
