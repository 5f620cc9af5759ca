#include "test/support/command_line.hpp"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

namespace gatehouse::test {
namespace {

std::string program() {
  const char* folder = std::getenv("BUILD_DIR");
  return std::string(folder != nullptr ? folder : ".build/release") + "/bin/gatehousectl";
}

std::string hex_of_m() {
  std::string digits;
  for (int i = 0; i < 32; ++i) digits += "6d";
  return digits;
}

}  // namespace

CommandLine::CommandLine() {
  write_file(master_key_file(), hex_of_m());  // that of the house
  ::chmod(master_key_file().c_str(), 0400);
  write_file(settings_, settings_text());
  ::chmod(settings_.c_str(), 0600);
  write_file(jwks_file(), house.signing_keys.jwks() + "\n");
  redis.set_ready();
}

std::string CommandLine::settings_text() const {
  return "[http]\npublic_url = 'https://example.org'\nlisten = 'unix:" + (folder_ / "s") +
         "'\n[secrets]\nmaster_key_file = '" + master_key_file() + "'\n[database]\nconninfo = '" +
         house.conninfo + "'\nmigrations = '" + migrations_directory() + "'\n[redis]\naddress = '" +
         redis.address() + "'\n[tokens]\naudience = ['app']\njwks_file = '" + jwks_file() +
         "'\n[passwords]\nmemory = '64KiB'\npasses = 1\n[mail]\ntransport = 'directory'\nfrom = "
         "'a@example.org'\ndirectory = '" +
         folder_.path() + "'\ntemplates = '" + std::filesystem::absolute("src/notify/templates").string() +
         "'\n";
}

Ran CommandLine::run(const std::string& arguments, const std::string& input) const {
  return run_file(settings_, arguments, input);
}

Ran CommandLine::run_with(const std::string& more_settings, const std::string& arguments) const {
  const std::string other = folder_ / "other.toml";
  write_file(other, settings_text() + more_settings);
  return run_file(other, arguments, "");
}

Ran CommandLine::run_file(const std::string& settings, const std::string& arguments,
                          const std::string& input) const {
  return run_shell("printf %s " + shell_quoted(input) + " | " + shell_quoted(program()) + ' ' + arguments,
                   {{"GATEHOUSE_CONFIG", settings}});
}

}  // namespace gatehouse::test
