// The parts as the settings describe them, for the daemon and gatehousectl alike.
#pragma once

#include <memory>

#include "accounts/password_hasher.hpp"
#include "accounts/rules.hpp"
#include "live/server.hpp"
#include "notify/transport.hpp"
#include "notify/worker.hpp"
#include "settings/settings.hpp"

namespace gatehouse::daemon {

accounts::Rules rules_of(const settings::Settings& settings);
live::Server redis_of(const settings::Settings& settings);
std::unique_ptr<notify::Transport> transport_of(const settings::Settings::Mail& mail);
notify::MailSettings mails_of(const settings::Settings::Mail& mail);
accounts::PasswordHasher::Cost cost_of(const settings::Settings::Passwords& passwords);
// Twice the slots: while one request hashes, another has its statements before or after that done.
unsigned password_threads(const settings::Settings::Passwords& passwords);

}  // namespace gatehouse::daemon
