// The parts as the settings describe them, for the daemon and gatehousectl alike.
#pragma once

#include "accounts/password_hasher.hpp"
#include "accounts/rules.hpp"
#include "live/server.hpp"
#include "settings/settings.hpp"

namespace gatehouse::daemon {

accounts::Rules rules_of(const settings::Settings& settings);
live::Server redis_of(const settings::Settings& settings);
accounts::PasswordHasher::Cost cost_of(const settings::Settings::Passwords& passwords);
// Twice the slots: while one request hashes, another has its statements before or after that done.
unsigned password_threads(const settings::Settings::Passwords& passwords);

}  // namespace gatehouse::daemon
