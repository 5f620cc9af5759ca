#include "store/tables.hpp"

namespace gatehouse::store {
namespace {

constexpr std::size_t kReasonSize = 500;
constexpr std::size_t kIdentifierSize = 254;

}  // namespace

constexpr Statement kInsert{
    "event_insert",
    "insert into event (id, time, type, outcome, reason, account_id, session_id, device_id, identifier, ip, "
    "user_agent, token_id, request_id, unix_user) "
    "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"};

void EventTable::record(const accounts::Event& event) {
  const Time now = clock_.now();
  post(kInsert, accounts::EventId::generate(now, random_), now, name(event.type), name(event.outcome),
       printable(event.reason, kReasonSize), event.account, event.session, event.device,
       printable(event.identifier, kIdentifierSize), address(event.origin.ip), user_agent(event.origin),
       event.token_id, event.origin.request_id, event.origin.unix_user);
}

}  // namespace gatehouse::store
