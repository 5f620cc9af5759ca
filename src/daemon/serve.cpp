#include "daemon/serve.hpp"

#include <spdlog/spdlog.h>

#include "accounts/ports.hpp"
#include "accounts/signing_keys.hpp"
#include "base/web_origin.hpp"
#include "daemon/from_settings.hpp"
#include "daemon/key_watch.hpp"
#include "daemon/prepare_database.hpp"
#include "http/lanes.hpp"
#include "http/routes.hpp"
#include "http/server.hpp"
#include "http/service.hpp"
#include "live/blocks.hpp"
#include "live/keeper.hpp"
#include "notify/worker.hpp"
#include "store/database.hpp"
#include "store/housekeeping.hpp"

namespace gatehouse::daemon {
namespace {

using settings::Settings;

constexpr std::size_t kQuickWaiting = 1024;

http::LaneSizes lane_sizes(const Settings& settings) {
  return {.quick = {.threads = settings.database.pool, .waiting = kQuickWaiting},
          .password = {.threads = password_threads(settings.passwords), .waiting = settings.passwords.queue}};
}

// Over plain http, which public_url has on a loopback host alone, browsers may refuse what is Secure.
http::Cookies cookies_of(const Settings& settings) {
  return http::Cookies(settings.cookies.secure == "always" || !settings.http.public_url.starts_with("http:"));
}

http::Readiness readiness(store::PostgresDatabase& database, const live::Keeper& keeper) {
  http::Readiness readiness{.database = true, .redis = keeper.state()};
  try {
    database.check();
  } catch (const std::exception& broken) {
    spdlog::warn("not ready: {}", broken.what());
    readiness.database = false;
  }
  return readiness;
}

}  // namespace

void serve(const Settings& settings) {
  Random& random = system_random();
  store::PostgresDatabase database(settings.database.conninfo, {.connections = settings.database.pool});
  prepare_database(database, settings.database);
  const store::Housekeeper housekeeper(database);

  const accounts::Secrets secrets(settings.secrets.master_key);
  auto signing_keys = accounts::SigningKeys::load(database, secrets, random);
  const KeyWatch key_watch(database, secrets, signing_keys, settings.tokens.jwks_file);

  const live::Server redis = redis_of(settings);
  live::RedisBlocks live_blocks(redis);
  const live::Keeper keeper(database, redis, random);

  const std::unique_ptr<notify::Transport> transport = transport_of(settings.mail);
  notify::Worker mail(database, secrets, *transport, mails_of(settings.mail), random);

  const accounts::Rules rules = rules_of(settings);
  accounts::PasswordHasher passwords(cost_of(settings.passwords));
  accounts::Ports ports{.database = database,
                        .live = live_blocks,
                        .mail = mail,
                        .passwords = passwords,
                        .signing_keys = signing_keys,
                        .secrets = secrets,
                        .rules = rules,
                        .random = random};
  const http::Page verify_email_page(settings.mail.templates, "verify_email");
  const http::Backend backend{
      .ports = ports,
      .readiness = [&] { return readiness(database, keeper); },
      .verify_email_page = verify_email_page,
      .cookies = cookies_of(settings),
      .origins = {web_origin(settings.http.public_url), settings.http.allowed_origins}};

  // The lanes end before the server, which their last replies need.
  http::Server server(settings.http.listen);
  http::Lanes lanes(lane_sizes(settings));
  http::Service service(http::routes(), backend, lanes, settings.http.trusted_proxies, random);
  for (const Endpoint& endpoint : settings.http.listen) spdlog::info("listening on {}", endpoint.str());
  server.run(std::ref(service));
  spdlog::info("stopping");
}

}  // namespace gatehouse::daemon
