#include "daemon/from_settings.hpp"

#include <algorithm>
#include <thread>

namespace gatehouse::daemon {
namespace {

using settings::Settings;

unsigned hash_slots(const Settings::Passwords& passwords) {
  return passwords.slots != 0 ? passwords.slots : std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace

accounts::Rules rules_of(const Settings& settings) {
  return {.public_url = settings.http.public_url,
          .issuer = settings.tokens.issuer,
          .audience = settings.tokens.audience,
          .access_life = settings.tokens.access_ttl,
          .session_absolute = settings.sessions.absolute,
          .session_idle = settings.sessions.idle,
          .challenge_life = settings.challenges.lifetime,
          .challenge_tries = settings.challenges.tries,
          .challenge_daily = settings.challenges.daily,
          .challenge_pause = settings.challenges.resend_after};
}

live::Server redis_of(const Settings& settings) {
  return {.address = settings.redis.address,
          .user = settings.redis.user,
          .password = settings.redis.password,
          .database = settings.redis.db};
}

unsigned password_threads(const Settings::Passwords& passwords) {
  return 2 * hash_slots(passwords);
}

accounts::PasswordHasher::Cost cost_of(const Settings::Passwords& passwords) {
  return {.memory = passwords.memory,
          .passes = passwords.passes,
          .slots = hash_slots(passwords),
          // Who has a thread of the lane has done its waiting.
          .waiting = password_threads(passwords)};
}

}  // namespace gatehouse::daemon
