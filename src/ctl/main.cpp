// gatehousectl: the operator's command line.

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <sstream>

#include "base/version.hpp"
#include "ctl/commands.hpp"

namespace {

using namespace gatehouse;
using ctl::ExitStatus;

constexpr const char* kFooter =
    "Exit status: 0 done, 1 the answer is no, 2 the command line or the settings are wrong,\n"
    "3 a part does not answer, 4 recorded but not in force yet, 5 failed. doctor: 0 ok, 1 warnings, 2 "
    "failures.";

ExitStatus complain(ExitStatus status, const std::string& what) {
  std::istringstream lines(what);
  for (std::string line; std::getline(lines, line);) std::cerr << "gatehousectl: " << line << '\n';
  return status;
}

void add_commands(CLI::App& app, ctl::Action& chosen) {
  CLI::App* admin = app.add_subcommand("admin", "Administrators")->require_subcommand(1);
  ctl::add_admin_create(*admin, chosen);
  CLI::App* users = app.add_subcommand("users", "The accounts")->require_subcommand(1);
  ctl::add_users_list(*users, chosen);
  ctl::add_block(app, chosen);
  ctl::add_unblock(app, chosen);
  CLI::App* keys =
      app.add_subcommand("keys", "The keys that access tokens are signed with")->require_subcommand(1);
  ctl::add_keys_list(*keys, chosen);
  ctl::add_keys_rotate(*keys, chosen);
  ctl::add_explain(app, chosen);
  ctl::add_doctor(app, chosen);
  CLI::App* jws = app.add_subcommand("jws", "JSON Web Signatures")->require_subcommand(1);
  ctl::add_jws_verify(*jws, chosen);
}

ExitStatus carry_out(const ctl::Action& action, const std::string& settings_file) try {
  ctl::Context context(settings_file, std::cin, std::cout, std::cerr);
  return action(context);
} catch (const ctl::BadSettings& bad) {
  return complain(ExitStatus::kUsage, bad.what());
} catch (const store::Unavailable& unavailable) {
  return complain(ExitStatus::kUnreachable, unavailable.what());
} catch (const std::exception& error) {
  return complain(ExitStatus::kFailed, error.what());
}

ExitStatus run(int argc, char** argv) {
  CLI::App app("The operator's command line of Gatehouse.", "gatehousectl");
  app.fallthrough();
  app.require_subcommand(1);
  app.footer(kFooter);
  std::string file = "/etc/gatehouse/gatehoused.toml";
  app.add_option("--config", file, "The settings of the daemon")
      ->envname("GATEHOUSE_CONFIG")
      ->capture_default_str();
  app.set_version_flag("--version", std::string("gatehousectl ") + kVersion, "Show the version and end");
  ctl::Action chosen;
  add_commands(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& wrong) {
    return app.exit(wrong) == 0 ? ExitStatus::kDone : ExitStatus::kUsage;
  }
  // A server that has gone is an error of write(), not the end of the command.
  std::signal(SIGPIPE, SIG_IGN);
  // A host that is away must not hold the operator up for minutes; what the settings say goes before.
  setenv("PGCONNECT_TIMEOUT", "5", 0);
  return carry_out(chosen, file);
}

}  // namespace

int main(int argc, char** argv) try {
  return static_cast<int>(run(argc, argv));
} catch (const std::exception& error) {
  std::cerr << "gatehousectl: " << error.what() << '\n';
  return static_cast<int>(ExitStatus::kFailed);
}
