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

}  // namespace

VerificationCode issue_code(std::optional<AccountId> account, Purpose purpose, Time now, Ports& ports) {
  return renew_code({.id = ChallengeId::generate(now, ports.random),
                     .account = account,
                     .purpose = purpose,
                     .code_mac = {},
                     .tries_left = 0,
                     .created_at = now,
                     .expires_at = now,
                     .used_at = std::nullopt},
                    now, ports);
}

VerificationCode renew_code(Challenge challenge, Time now, Ports& ports) {
  std::string code = random_code(ports.random);
  challenge.code_mac = ports.secrets.code_mac(challenge.id, code);
  challenge.tries_left = ports.rules.challenge_tries;
  challenge.expires_at = now + ports.rules.challenge_life;
  return {.challenge = std::move(challenge), .code = std::move(code)};
}

}  // namespace gatehouse::accounts
