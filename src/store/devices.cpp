#include "store/tables.hpp"

namespace gatehouse::store {
namespace {

#define GATEHOUSE_DEVICE_COLUMNS                                                                           \
  "id, account_id, browser_id, name, user_agent, host(last_ip) as last_ip, first_seen_at, last_login_at, " \
  "last_logout_at, login_count"

accounts::Device read(const Row& row) {
  return {.id = id<accounts::DeviceId>(row["id"]),
          .account = id<accounts::AccountId>(row["account_id"]),
          .browser = id<accounts::BrowserId>(row["browser_id"]),
          .name = text(row["name"]),
          .user_agent = text(row["user_agent"]),
          .last_ip = text(row["last_ip"]),
          .first_seen_at = time(row["first_seen_at"]),
          .last_login_at = time(row["last_login_at"]),
          .last_logout_at = optional_time(row["last_logout_at"]),
          .login_count = row["login_count"].as<std::int64_t>()};
}

std::optional<accounts::Device> read_one(const Rows& rows) {
  if (rows.empty()) return std::nullopt;
  return read(rows[0]);
}

}  // namespace

constexpr Statement kFindByBrowser{"device_find_by_browser",
                                   "select " GATEHOUSE_DEVICE_COLUMNS
                                   " from device where account_id = $1 and browser_id = $2"};

std::optional<accounts::Device> DeviceTable::find(accounts::AccountId account, accounts::BrowserId browser) {
  return read_one(execute(kFindByBrowser, account, browser));
}

constexpr Statement kFind{
    "device_find", "select " GATEHOUSE_DEVICE_COLUMNS " from device where account_id = $1 and id = $2"};

std::optional<accounts::Device> DeviceTable::find(accounts::AccountId account, accounts::DeviceId id) {
  return read_one(execute(kFind, account, id));
}

constexpr Statement kFindById{"device_find_by_id",
                              "select " GATEHOUSE_DEVICE_COLUMNS " from device where id = $1"};

std::optional<accounts::Device> DeviceTable::find(accounts::DeviceId id) {
  return read_one(execute(kFindById, id));
}

constexpr Statement kOf{"device_of",
                        "select " GATEHOUSE_DEVICE_COLUMNS
                        " from device where account_id = $1 order by last_login_at desc, id desc"};

std::vector<accounts::Device> DeviceTable::of(accounts::AccountId account) {
  std::vector<accounts::Device> devices;
  for (const Row& row : execute(kOf, account)) devices.push_back(read(row));
  return devices;
}

// One statement, so that two logins of one browser at the same moment share the device. A login without a
// name keeps the name that the device has.
constexpr Statement kNoteLogin{
    "device_note_login",
    "insert into device (id, account_id, browser_id, name, user_agent, last_ip, first_seen_at, "
    "last_login_at) "
    "values ($1, $2, $3, $4, $5, $6, $7, $7) "
    "on conflict (account_id, browser_id) do update set "
    "name = case when excluded.name = '' then device.name else excluded.name end, "
    "user_agent = excluded.user_agent, last_ip = excluded.last_ip, last_login_at = excluded.last_login_at, "
    "login_count = device.login_count + 1 returning id"};

accounts::DeviceId DeviceTable::note_login(accounts::DeviceId fresh, accounts::AccountId account,
                                           accounts::BrowserId browser, const std::string& name, Time now,
                                           const accounts::Origin& origin) {
  const Rows rows =
      execute(kNoteLogin, fresh, account, browser, name, user_agent(origin), address(origin.ip), now);
  return id<accounts::DeviceId>(rows[0]["id"]);
}

constexpr Statement kNoteLogout{"device_note_logout", "update device set last_logout_at = $2 where id = $1"};

void DeviceTable::note_logout(accounts::DeviceId id, Time now) {
  execute(kNoteLogout, id, now);
}

}  // namespace gatehouse::store
