// Brings PostgreSQL to where the daemon can work with it.
#pragma once

#include "settings/settings.hpp"
#include "store/database.hpp"

namespace gatehouse::daemon {

// Waits up to half a minute for PostgreSQL, which may just be starting, too; then applies the migrations that
// are missing. Throws if one of the two fails.
void prepare_database(store::PostgresDatabase& database, const settings::Settings::Database& settings);

}  // namespace gatehouse::daemon
