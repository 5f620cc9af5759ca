#include "ctl/context.hpp"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>

#include "base/text.hpp"
#include "base/version.hpp"
#include "daemon/from_settings.hpp"
#include "settings/load.hpp"

namespace gatehouse::ctl {
namespace {

constexpr std::size_t kNameSize = 64;

std::string lines(const std::vector<std::string>& faults) {
  std::string text;
  for (const std::string& fault : faults) text.append(text.empty() ? "" : "\n").append(fault);
  return text;
}

std::string unix_user() {
  const uid_t id = getuid();
  const passwd* entry = getpwuid(id);
  std::string user = entry != nullptr ? entry->pw_name : std::to_string(id);
  // Root's word alone, and it is root who asks.
  const char* sudo = std::getenv("SUDO_USER");
  if (id == 0 && sudo != nullptr && *sudo != '\0') user += " (sudo by " + std::string(sudo) + ")";
  return printable(user, kNameSize);
}

}  // namespace

const settings::Settings& Context::settings() {
  if (!settings_) {
    auto loaded = settings::load(settings_file_, settings::variables(environ));
    if (!loaded) throw BadSettings(lines(loaded.error()));
    settings_ = std::move(*loaded);
  }
  return *settings_;
}

store::PostgresDatabase& Context::database() {
  if (!database_) database_.emplace(settings().database.conninfo, store::PoolLimits{.connections = 1});
  return *database_;
}

live::RedisBlocks& Context::live() {
  if (!live_) live_.emplace(daemon::redis_of(settings()));
  return *live_;
}

accounts::Secrets Context::secrets() {
  return accounts::Secrets(settings().secrets.master_key);
}

accounts::Rules Context::rules() {
  return daemon::rules_of(settings());
}

accounts::Origin Context::origin() {
  return {.ip = "",
          .user_agent = std::string("gatehousectl/") + kVersion,
          .request_id = "",
          .unix_user = unix_user()};
}

}  // namespace gatehouse::ctl
