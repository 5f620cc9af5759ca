// gatehoused: accounts, sessions, devices and logs behind an HTTP API.
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "base/version.hpp"
#include "daemon/prepare_database.hpp"
#include "daemon/serve.hpp"
#include "settings/load.hpp"

namespace {

using namespace gatehouse;

void set_up_log(const std::string& level) {
  spdlog::set_default_logger(spdlog::stderr_logger_mt("gatehoused"));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
  spdlog::set_level(spdlog::level::from_str(level));
}

void work(const settings::Settings& settings, bool migrate_only) {
  if (!migrate_only) return daemon::serve(settings);
  store::PostgresDatabase database(settings.database.conninfo, {.connections = 1});
  daemon::prepare_database(database, settings.database);
}

int run(int argc, char** argv) {
  CLI::App app("Gatehouse's daemon.", "gatehoused");
  std::string file = "/etc/gatehouse/gatehoused.toml";
  bool check_only = false;
  app.add_option("--config", file, "the settings")->capture_default_str();
  app.add_flag("--check", check_only, "check the settings and end");
  app.set_version_flag("--version", std::string("gatehoused ") + kVersion);
  const CLI::App* migrate = app.add_subcommand("migrate", "bring the database's schema up to date and end");
  CLI11_PARSE(app, argc, argv);

  const auto settings = settings::load(file, settings::variables(environ));
  if (!settings) {
    for (const std::string& fault : settings.error()) std::cerr << "gatehoused: " << fault << "\n";
    return EXIT_FAILURE;
  }
  if (check_only) {
    std::cout << "gatehoused: the settings in " << file << " are good\n";
    return EXIT_SUCCESS;
  }
  set_up_log(settings->log.level);
  // A client or server that has gone is an error of write(), not the end of the daemon.
  std::signal(SIGPIPE, SIG_IGN);
  work(*settings, migrate->parsed());
  return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) try { return run(argc, argv); } catch (const std::exception& error) {
  // Not by the log, which may be what has failed.
  std::fprintf(stderr, "gatehoused: %s\n", error.what());
  return EXIT_FAILURE;
}
