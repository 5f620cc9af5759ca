#include "daemon/prepare_database.hpp"

#include <spdlog/spdlog.h>

#include <chrono>
#include <thread>

#include "store/migrations.hpp"

namespace gatehouse::daemon {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kPatience = 30s;
constexpr auto kPause = 500ms;

void wait_for(store::PostgresDatabase& database) {
  const Clock::time_point deadline = Clock::now() + kPatience;
  bool told = false;
  while (true) {
    try {
      return database.check();
    } catch (const store::Unavailable& unavailable) {
      if (Clock::now() >= deadline) throw;
      if (!std::exchange(told, true)) spdlog::warn("waiting for PostgreSQL: {}", unavailable.what());
      std::this_thread::sleep_for(kPause);
    }
  }
}

}  // namespace

void prepare_database(store::PostgresDatabase& database, const settings::Settings::Database& settings) {
  wait_for(database);
  for (const std::string& name : store::apply_migrations(settings.conninfo, settings.migrations))
    spdlog::info("applied the migration {}", name);
}

}  // namespace gatehouse::daemon
