#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "accounts/signing_keys.hpp"
#include "ctl/doctor/checks.hpp"
#include "ctl/words.hpp"

namespace gatehouse::ctl {
namespace {

constexpr std::chrono::days kOld{365};

void check_age(Context& context, Findings& findings) {
  struct Keys {
    std::vector<accounts::SigningKeyRow> rows;
    Time now;
  };
  const Keys keys = context.database().read([](accounts::Transaction& transaction) {
    return Keys{.rows = transaction.signing_keys().all(), .now = transaction.now()};
  });
  const auto age = std::chrono::floor<std::chrono::seconds>(keys.now - keys.rows.front().created_at);
  const std::string detail = std::to_string(keys.rows.size()) + ", the newest is " + span(age) + " old";
  if (age > kOld)
    findings.warn("signing keys", detail, "gatehousectl keys rotate");
  else
    findings.ok("signing keys", detail);
}

std::vector<gid_t> groups_of(const passwd& user) {
  int count = 64;
  std::vector<gid_t> groups(static_cast<std::size_t>(count));
  groups.resize(getgrouplist(user.pw_name, user.pw_gid, groups.data(), &count) < 0
                    ? 0
                    : static_cast<std::size_t>(count));
  return groups;
}

// Whether one of the users that nginx commonly runs as can read the file, by its mode and those of its
// folders.
bool may_read(const std::string& file, const passwd& user) {
  const std::vector<gid_t> groups = groups_of(user);
  const auto allowed = [&](const std::filesystem::path& path, mode_t right) {
    struct stat found {};
    if (stat(path.c_str(), &found) != 0) return false;
    if (found.st_uid == user.pw_uid) return (found.st_mode & (right << 6U)) != 0;
    if (std::ranges::find(groups, found.st_gid) != groups.end()) return (found.st_mode & (right << 3U)) != 0;
    return (found.st_mode & right) != 0;
  };
  for (auto folder = std::filesystem::path(file).parent_path(); folder != folder.root_path();
       folder = folder.parent_path())
    if (!allowed(folder, S_IXOTH)) return false;
  return allowed(file, S_IROTH);
}

// One of the users that nginx's workers commonly are.
bool nginx_may_read(const std::string& file) {
  bool known = false;
  for (const char* name : {"www-data", "nginx"}) {
    const passwd* user = getpwnam(name);
    if (user == nullptr) continue;
    known = true;
    if (may_read(file, *user)) return true;
  }
  return !known;
}

void check_file(const std::string& file, const std::string& published, Findings& findings) {
  std::ifstream stream(file, std::ios::binary);
  const std::string content{std::istreambuf_iterator<char>(stream), {}};
  if (!stream)
    findings.fail("jwks file", file + " cannot be read",
                  "the daemon writes it: check that it runs and may write there (tokens.jwks_file)");
  else if (content != published + "\n")
    findings.fail("jwks file", file + " does not have the keys of the database",
                  "a daemon on this host writes it within a second: check that one runs");
  else if (!nginx_may_read(file))
    findings.warn("jwks file", file + " cannot be read by www-data or nginx",
                  "let the user of nginx's workers enter its folders");
  else
    findings.ok("jwks file", file + ", as in the database");
}

}  // namespace

void check_signing_keys(Context& context, Findings& findings) try {
  const auto keys = accounts::SigningKeys::open(context.database(), context.secrets());
  check_age(context, findings);
  check_file(context.settings().tokens.jwks_file, keys.jwks(), findings);
} catch (const std::exception& failure) {
  findings.fail("signing keys", failure.what(),
                "start the daemon once, with the master key that belongs to the database");
}

}  // namespace gatehouse::ctl
