#include "accounts/mail_count.hpp"

#include <algorithm>
#include <utility>

namespace gatehouse::accounts {
namespace {

constexpr std::chrono::days kDay{1};

// In whole seconds, at least one: at the end of them it is time.
Refusal wait_for(Error error, Duration wait) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait);
  return {.error = error, .retry_after = std::max(seconds, std::chrono::seconds(1))};
}

}  // namespace

MailBudget::MailBudget(MailCounts& counts, std::string address_mac, const Rules& rules, Time now)
    : counts_(counts),
      address_mac_(std::move(address_mac)),
      rules_(rules),
      now_(now),
      count_(counts.lock(address_mac_, now)) {
  if (now_ - count_.since >= kDay) count_ = {.since = now_, .mails = 0, .last_at = count_.last_at};
}

std::optional<Refusal> MailBudget::refusal(Pace pace) const {
  if (count_.mails >= rules_.challenge_daily)
    return wait_for(Error::kTooManyMails, count_.since + kDay - now_);
  if (pace == Pace::kSlow && count_.last_at && now_ < *count_.last_at + rules_.challenge_pause)
    return wait_for(Error::kTooSoon, *count_.last_at + rules_.challenge_pause - now_);
  return std::nullopt;
}

void MailBudget::spend() {
  ++count_.mails;
  count_.last_at = now_;
  counts_.store(address_mac_, count_);
}

}  // namespace gatehouse::accounts
