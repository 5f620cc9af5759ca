#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <regex>
#include <stdexcept>
#include <string>

#include "test/bench/client.hpp"
#include "test/bench/gate_site.hpp"
#include "test/bench/measures.hpp"
#include "test/support/shell.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::bench {
namespace {

constexpr int kWarm = 100;
constexpr int kCounted = 1'000;

// What callgrind wrote under this label: the instructions of the thread that answers requests, not of the
// link.
double counted(const test::TempDir& folder, const std::string& label) {
  for (const auto& file : std::filesystem::directory_iterator(folder.path())) {
    if (!file.path().string().ends_with("-01")) continue;
    const std::string text = test::read_file(file.path());
    std::smatch found;
    if (text.find(label) != text.npos &&
        std::regex_search(text, found, std::regex(R"(\n(?:totals|summary): (\d+))")))
      return std::stod(found[1]);
  }
  throw std::runtime_error("callgrind has not counted " + label);
}

void control(const std::string& words, pid_t pid) {
  const test::Ran ran = test::run_shell("callgrind_control " + words + ' ' + std::to_string(pid));
  if (ran.status != 0) throw std::runtime_error("callgrind_control " + words + ": " + ran.output);
}

class CountedGate {
 public:
  explicit CountedGate(const GateSite& site)
      : nginx_({"valgrind", "--tool=callgrind", "--separate-threads=yes",
                "--callgrind-out-file=" + (folder_ / "out"), "nginx", "-p", folder_.path(), "-c",
                site.single_process(folder_, endpoint_), "-e", folder_ / "error.log"},
               folder_ / "output.log"),
        request_headers_{site.tokens().bearer(claims_of(1))} {
    if (!test::wait_until([&] { return opens(); }, std::chrono::seconds(60)))
      throw std::runtime_error(
          "nginx does not start under valgrind: " + test::read_file(folder_ / "output.log") +
          test::read_file(folder_ / "error.log"));
  }

  double instructions_at(const std::string& path) {
    Connection client(endpoint_);
    const std::string request = request_text("GET", path, request_headers_);
    for (int i = 0; i < kWarm; ++i) client.ask(request);
    control("--zero", nginx_.pid());
    for (int i = 0; i < kCounted; ++i)
      if (client.ask(request).status != 200) throw std::runtime_error(path + " is refused");
    control("--dump=" + path, nginx_.pid());
    return counted(folder_, path) / kCounted;
  }

 private:
  bool opens() {
    check_interrupted();
    try {
      return Connection(endpoint_).ask(request_text("GET", "/static/decision/", request_headers_)).status ==
             200;
    } catch (const std::runtime_error&) {
      return false;
    }
  }

  test::TempDir folder_;
  Endpoint endpoint_{.path = {}, .host = "127.0.0.1", .port = static_cast<std::uint16_t>(free_port())};
  test::Process nginx_;
  std::vector<std::string> request_headers_;
};

}  // namespace

void measure_instructions(Report& report, const Options&) {
  const Upstream upstream;
  const GateSite site(upstream);
  CountedGate gate(site);
  for (const char* location : {"off", "decision", "headers"}) {
    Measure count{.measure = fmt::format("instructions a request, static: {}", location),
                  .unit = "",
                  .target = {},
                  .better = Better::kLower};
    count.runs.push_back(gate.instructions_at(fmt::format("/static/{}/", location)));
    report.add(std::move(count));
  }
}

}  // namespace gatehouse::bench
