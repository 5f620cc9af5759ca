#include "accounts/verification_code.hpp"

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
  const ChallengeId id = ChallengeId::generate(now, ports.random);
  std::string code = random_code(ports.random);
  return {.challenge = {.id = id,
                        .account = account,
                        .purpose = purpose,
                        .code_mac = ports.secrets.code_mac(id, code),
                        .tries_left = ports.rules.challenge_tries,
                        .created_at = now,
                        .expires_at = now + ports.rules.challenge_life,
                        .used_at = std::nullopt},
          .code = std::move(code)};
}

}  // namespace gatehouse::accounts
