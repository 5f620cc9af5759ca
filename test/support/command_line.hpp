// gatehousectl as an operator types it, with a PostgreSQL and a Redis of the test's own.
#pragma once

#include <string>

#include "live/blocks.hpp"
#include "test/support/house.hpp"
#include "test/support/redis.hpp"
#include "test/support/shell.hpp"

namespace gatehouse::test {

class CommandLine {
 public:
  // Redis has a complete set of blocks.
  CommandLine();

  // `arguments` as the shell reads them.
  Ran run(const std::string& arguments, const std::string& input = "") const;
  // The same, with these lines added to the settings.
  Ran run_with(const std::string& more_settings, const std::string& arguments) const;

  std::string event(const std::string& columns, const std::string& type) const {
    return house.sql("select concat_ws(' ', " + columns + ") from event where type = '" + type +
                     "' order by time desc limit 1");
  }
  // The active block of the subject: source and value.
  std::string stored(const std::string& subject) const {
    return house.sql("select source || ' ' || value from block where lifted_at is null and subject = '" +
                     subject + "'");
  }

  const std::string& settings_file() const { return settings_; }
  std::string jwks_file() const { return folder_ / "jwks.json"; }
  std::string master_key_file() const { return folder_ / "master.key"; }

  House house;
  Redis redis;

 private:
  Ran run_file(const std::string& settings, const std::string& arguments, const std::string& input) const;
  std::string settings_text() const;

  TempDir folder_;
  const std::string settings_ = folder_ / "gatehoused.toml";
};

}  // namespace gatehouse::test
