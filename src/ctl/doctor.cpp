// gatehousectl doctor

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "ctl/commands.hpp"
#include "ctl/doctor/checks.hpp"

namespace gatehouse::ctl {
namespace {

constexpr std::size_t kShown = 2000;

struct Wish {
  std::string protected_url;
  bool as_json = false;
};

Findings examine(Context& context, const Wish& wish) {
  Findings findings;
  if (check_settings(context, findings)) {
    const bool database_answers = check_postgresql(context, findings);
    if (database_answers) check_signing_keys(context, findings);
    check_redis(context, database_answers, findings);
    check_daemon(context, findings);
    check_nginx(context, wish.protected_url, findings);
  }
  check_time_service(findings);
  return findings;
}

std::string word(Health health) {
  switch (health) {
    case Health::kOk:
      return "ok";
    case Health::kWarning:
      return "warn";
    case Health::kFailure:
      return "fail";
  }
  return "fail";
}

void print_lines(const Findings& findings, std::ostream& out) {
  for (const Finding& finding : findings.all()) {
    std::string head = word(finding.health);
    head.resize(6, ' ');
    head += finding.part;
    head.resize(20, ' ');
    const std::string advice = finding.advice.empty() ? "" : " -- " + finding.advice;
    out << head << printable(finding.detail + advice, kShown) << '\n';
  }
}

void print_json(const Findings& findings, std::ostream& out) {
  nlohmann::ordered_json checks = nlohmann::ordered_json::array();
  for (const Finding& finding : findings.all())
    checks.push_back({{"part", finding.part},
                      {"status", word(finding.health)},
                      {"detail", printable(finding.detail, kShown)},
                      {"advice", finding.advice}});
  out << nlohmann::ordered_json{{"status", word(findings.worst())}, {"checks", checks}}.dump(2, ' ', true)
      << '\n';
}

// Its own scale, which a monitor reads: 0 all is well, 1 warnings, 2 failures.
ExitStatus status_of(Health worst) {
  return static_cast<ExitStatus>(worst);
}

ExitStatus diagnose(Context& context, const Wish& wish) {
  const Findings findings = examine(context, wish);
  wish.as_json ? print_json(findings, context.out) : print_lines(findings, context.out);
  return status_of(findings.worst());
}

}  // namespace

void add_doctor(CLI::App& app, Action& chosen) {
  CLI::App* command =
      app.add_subcommand("doctor", "Check every part and setting, and say what to do about what is not well");
  const auto wish = std::make_shared<Wish>();
  command
      ->add_option("--url", wish->protected_url,
                   "A location that the gate protects, to be asked without a token")
      ->type_name("URL");
  command->add_flag("--json", wish->as_json, "Print JSON");
  command->callback(
      [wish, &chosen] { chosen = [wish](Context& context) { return diagnose(context, *wish); }; });
}

}  // namespace gatehouse::ctl
