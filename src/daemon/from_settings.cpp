#include "daemon/from_settings.hpp"

#include <algorithm>
#include <thread>

#include "notify/console_transport.hpp"
#include "notify/directory_transport.hpp"
#include "notify/smtp_transport.hpp"

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

std::unique_ptr<notify::Transport> transport_of(const Settings::Mail& mail) {
  if (mail.transport == "console") return std::make_unique<notify::ConsoleTransport>();
  if (mail.transport == "directory") return std::make_unique<notify::DirectoryTransport>(mail.directory);
  return std::make_unique<notify::SmtpTransport>(notify::SmtpSettings{.url = mail.smtp_url,
                                                                      .starttls = mail.smtp_starttls,
                                                                      .ca_file = mail.smtp_ca_file,
                                                                      .user = mail.smtp_user,
                                                                      .password = mail.smtp_password,
                                                                      .timeout = mail.smtp_timeout});
}

notify::MailSettings mails_of(const Settings::Mail& mail) {
  return {.from = mail.from,
          .bounces_to = mail.bounces_to,
          .template_directory = mail.templates,
          .tries = mail.tries};
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
