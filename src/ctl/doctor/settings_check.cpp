#include <pwd.h>
#include <sys/stat.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <sstream>

#include "ctl/doctor/checks.hpp"

namespace gatehouse::ctl {
namespace {

constexpr mode_t kOthersRead = 0004;
constexpr mode_t kOthersWrite = 0022;

std::string owner(uid_t id) {
  const passwd* entry = getpwuid(id);
  return entry != nullptr ? entry->pw_name : std::to_string(id);
}

std::string octal(mode_t mode) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "%04o", static_cast<unsigned>(mode & 07777U));
  return text.data();
}

// They hold a password for the database, as a rule.
void check_file(const std::string& file, Findings& findings) {
  struct stat found {};
  if (stat(file.c_str(), &found) == 0 && (found.st_mode & (kOthersRead | kOthersWrite)) != 0)
    findings.warn("settings", file + " has mode " + octal(found.st_mode), "chmod 0640 " + file);
  else
    findings.ok("settings", file);
}

// What the loader wants of the key's mode and owner holds; it does not look at the folder.
void check_master_key(const std::string& file, Findings& findings) {
  struct stat key {};
  struct stat folder {};
  const std::string parent = std::filesystem::path(file).parent_path();
  if (stat(file.c_str(), &key) != 0 || stat(parent.c_str(), &folder) != 0) return;
  const std::string detail = file + ", mode " + octal(key.st_mode) + ", of " + owner(key.st_uid);
  if ((folder.st_mode & kOthersWrite) != 0)
    findings.warn("master key", detail + ", in a folder that others can write to", "chmod go-w " + parent);
  else
    findings.ok("master key", detail);
}

}  // namespace

bool check_settings(Context& context, Findings& findings) {
  try {
    const settings::Settings& settings = context.settings();
    check_file(context.settings_file(), findings);
    check_master_key(settings.secrets.master_key_file, findings);
    return true;
  } catch (const BadSettings& bad) {
    std::istringstream faults(bad.what());
    for (std::string fault; std::getline(faults, fault);)
      findings.fail("settings", fault, "correct it; gatehoused --check looks again");
    return false;
  }
}

}  // namespace gatehouse::ctl
