#include "store/tables.hpp"

namespace gatehouse::store {

// An update that changes nothing locks a row that is there and returns it.
constexpr Statement kLock{"mail_count_lock",
                          "insert into mail_count (address_mac, since, mails) values ($1, $2, 0) "
                          "on conflict (address_mac) do update set mails = mail_count.mails "
                          "returning since, mails, last_at"};

accounts::MailCount MailCountTable::lock(const std::string& address_mac, Time now) {
  const Rows rows = execute(kLock, bytes(address_mac), now);
  return {.since = time(rows[0]["since"]),
          .mails = rows[0]["mails"].as<int>(),
          .last_at = optional_time(rows[0]["last_at"])};
}

constexpr Statement kStore{
    "mail_count_store", "update mail_count set since = $2, mails = $3, last_at = $4 where address_mac = $1"};

void MailCountTable::store(const std::string& address_mac, const accounts::MailCount& count) {
  execute(kStore, bytes(address_mac), count.since, count.mails, count.last_at);
}

}  // namespace gatehouse::store
