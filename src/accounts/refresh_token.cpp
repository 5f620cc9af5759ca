#include "accounts/refresh_token.hpp"

#include <algorithm>

#include "base/crypto.hpp"
#include "jose/base64url.hpp"

namespace gatehouse::accounts {
namespace {

constexpr char kVersion = 1;
constexpr std::string_view kLabel = "gatehouse refresh token v1";
constexpr std::size_t kSecretIdSize = 2;
constexpr std::size_t kSessionSize = 16;
constexpr std::size_t kCounterSize = 4;
constexpr std::size_t kTokenSize = 1 + kSecretIdSize + kSessionSize + kCounterSize + 32;

// Most significant byte first.
void append_number(std::string& bytes, std::uint32_t number, std::size_t size) {
  for (std::size_t i = size; i-- > 0;) bytes += static_cast<char>(number >> (8 * i) & 0xFF);
}

std::uint32_t read_number(std::string_view bytes) {
  std::uint32_t number = 0;
  for (const char c : bytes) number = number << 8 | static_cast<unsigned char>(c);
  return number;
}

}  // namespace

Secret make_refresh_token(const RefreshToken& token, std::string_view salt, const Secrets& secrets) {
  std::string bytes(1, kVersion);
  append_number(bytes, token.secret_id, kSecretIdSize);
  const Uuid::Bytes& session = token.session.uuid().bytes();
  bytes.append(session.begin(), session.end());
  append_number(bytes, token.counter, kCounterSize);
  const Secret key = secrets.refresh_token(token.secret_id);
  bytes += hmac_sha256(key.expose(), std::string(kLabel).append(bytes).append(salt));
  return Secret(jose::base64url_encode(bytes));
}

std::optional<RefreshToken> read_refresh_token(std::string_view text) {
  const std::optional<std::string> bytes = jose::base64url_decode(text);
  if (!bytes || bytes->size() != kTokenSize || bytes->front() != kVersion) return std::nullopt;
  std::string_view rest = std::string_view(*bytes).substr(1);
  const auto take = [&rest](std::size_t size) {
    const std::string_view part = rest.substr(0, size);
    rest.remove_prefix(size);
    return part;
  };
  const auto secret_id = static_cast<std::uint16_t>(read_number(take(kSecretIdSize)));
  if (secret_id == 0 || secret_id > Secrets::kNewestRefreshSecret) return std::nullopt;
  Uuid::Bytes session;
  std::ranges::copy(take(kSessionSize), session.begin());
  return RefreshToken{.session = SessionId(Uuid(session)),
                      .counter = read_number(take(kCounterSize)),
                      .secret_id = secret_id};
}

bool is_authentic(std::string_view text, std::string_view salt, const Secrets& secrets) {
  const std::optional<RefreshToken> token = read_refresh_token(text);
  return token && equal_in_constant_time(make_refresh_token(*token, salt, secrets).expose(), text);
}

}  // namespace gatehouse::accounts
