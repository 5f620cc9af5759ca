#include "accounts/link_token.hpp"

#include <algorithm>

#include "base/crypto.hpp"
#include "jose/base64url.hpp"

namespace gatehouse::accounts {
namespace {

constexpr char kVersion = 1;
constexpr std::string_view kLabel = "gatehouse link token v1 ";
constexpr std::size_t kChallengeSize = 16;
constexpr std::size_t kTokenSize = 1 + kChallengeSize + 32;

}  // namespace

Secret make_link_token(const Challenge& challenge, const Secrets& secrets) {
  std::string bytes(1, kVersion);
  const Uuid::Bytes& id = challenge.id.uuid().bytes();
  bytes.append(id.begin(), id.end());
  std::string message = std::string(kLabel).append(name(challenge.purpose)).append(1, '\0');
  message.append(bytes).append(challenge.code_mac);
  bytes += hmac_sha256(secrets.link_token().expose(), message);
  return Secret(jose::base64url_encode(bytes));
}

std::optional<ChallengeId> read_link_token(std::string_view text) {
  const std::optional<std::string> bytes = jose::base64url_decode(text);
  if (!bytes || bytes->size() != kTokenSize || bytes->front() != kVersion) return std::nullopt;
  Uuid::Bytes id;
  std::copy_n(bytes->begin() + 1, kChallengeSize, id.begin());
  return ChallengeId(Uuid(id));
}

bool is_authentic(std::string_view text, const Challenge& challenge, const Secrets& secrets) {
  return equal_in_constant_time(make_link_token(challenge, secrets).expose(), text);
}

}  // namespace gatehouse::accounts
