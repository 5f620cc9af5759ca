// What a command works with: the streams, and the parts that the settings file names, each opened when it is
// first asked for. The file's permissions are the authority of who runs the command.
#pragma once

#include <iosfwd>
#include <optional>
#include <stdexcept>
#include <string>

#include "accounts/origin.hpp"
#include "accounts/rules.hpp"
#include "accounts/secrets.hpp"
#include "live/blocks.hpp"
#include "settings/settings.hpp"
#include "store/database.hpp"

namespace gatehouse::ctl {

// The settings cannot be used; says all that is wrong with them, a line each.
class BadSettings : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Context {
 public:
  Context(std::string settings_file, std::istream& in, std::ostream& out, std::ostream& err)
      : in(in), out(out), err(err), settings_file_(std::move(settings_file)) {}

  std::istream& in;
  std::ostream& out;
  std::ostream& err;

  const std::string& settings_file() const { return settings_file_; }
  const settings::Settings& settings();  // throws BadSettings
  store::PostgresDatabase& database();
  live::RedisBlocks& live();
  accounts::Secrets secrets();
  accounts::Rules rules();
  // For the log: the unix user, as far as the system knows.
  static accounts::Origin origin();

 private:
  std::string settings_file_;
  std::optional<settings::Settings> settings_;
  std::optional<store::PostgresDatabase> database_;
  std::optional<live::RedisBlocks> live_;
};

}  // namespace gatehouse::ctl
