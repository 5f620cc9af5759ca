#include "accounts/verification_code.hpp"

#include <utility>

namespace gatehouse::accounts {
namespace {

constexpr std::size_t kDigits = 6;
constexpr unsigned kCodes = 1'000'000;

std::string random_code(Random& random) {
  const std::string number = std::to_string(uniform(random, kCodes));
  return std::string(kDigits - number.size(), '0') + number;
}

VerificationCode renew(Challenge challenge, Time now, const Secrets& secrets, const Rules& rules,
                       Random& random) {
  std::string code = random_code(random);
  challenge.code_mac = secrets.code_mac(challenge.id, code);
  challenge.tries_left = rules.challenge_tries;
  challenge.expires_at = now + rules.challenge_life;
  return {.challenge = std::move(challenge), .code = std::move(code)};
}

}  // namespace

VerificationCode issue_code(std::optional<AccountId> account, Purpose purpose, Time now,
                            const Secrets& secrets, const Rules& rules, Random& random) {
  return renew({.id = ChallengeId::generate(now, random),
                .account = account,
                .purpose = purpose,
                .code_mac = {},
                .tries_left = 0,
                .created_at = now,
                .expires_at = now,
                .used_at = std::nullopt},
               now, secrets, rules, random);
}

VerificationCode issue_code(std::optional<AccountId> account, Purpose purpose, Time now, Ports& ports) {
  return issue_code(account, purpose, now, ports.secrets, ports.rules, ports.random);
}

VerificationCode renew_code(Challenge challenge, Time now, Ports& ports) {
  return renew(std::move(challenge), now, ports.secrets, ports.rules, ports.random);
}

}  // namespace gatehouse::accounts
