// How many mails with codes an address has had: nobody's mailbox is flooded, and codes cannot be guessed by
// asking for one after the other.
//
//   MailBudget budget(transaction.mail_counts(), secrets.address_mac(email_key), rules, transaction.now());
//   if (std::optional<Refusal> refusal = budget.refusal(Pace::kSlow)) return Unexpected(*refusal);
//   budget.spend();
#pragma once

#include <optional>
#include <string>

#include "accounts/refusal.hpp"
#include "accounts/rules.hpp"
#include "base/time.hpp"

namespace gatehouse::accounts {

struct MailCount {
  Time since;                   // when the day began in which they are counted
  int mails;                    // in that day
  std::optional<Time> last_at;  // of the last one
};

class MailCounts {
 public:
  virtual ~MailCounts() = default;

  // Locks the address' row until the transaction ends; a new one if there is none yet.
  virtual MailCount lock(const std::string& address_mac, Time now) = 0;
  virtual void store(const std::string& address_mac, const MailCount& count) = 0;
};

enum class Pace {
  kAny,   // as soon as one likes
  kSlow,  // not before Rules::challenge_pause has passed since the last one
};

class MailBudget {
 public:
  MailBudget(MailCounts& counts, std::string address_mac, const Rules& rules, Time now);

  // kTooManyMails, kTooSoon; both with `retry_after`.
  std::optional<Refusal> refusal(Pace pace) const;
  void spend();

 private:
  MailCounts& counts_;
  const std::string address_mac_;
  const Rules& rules_;
  const Time now_;
  MailCount count_;
};

}  // namespace gatehouse::accounts
