#include "accounts/device_token.hpp"

#include <algorithm>

#include "base/crypto.hpp"
#include "jose/base64url.hpp"

namespace gatehouse::accounts {
namespace {

constexpr char kVersion = 1;
constexpr std::size_t kBrowserSize = 16;
constexpr std::size_t kTokenSize = 1 + kBrowserSize + 32;

}  // namespace

Secret make_device_token(BrowserId browser, const Secrets& secrets) {
  std::string token(1, kVersion);
  const Uuid::Bytes& id = browser.uuid().bytes();
  token.append(id.begin(), id.end());
  token += hmac_sha256(secrets.device_token().expose(), token);
  return Secret(jose::base64url_encode(token));
}

std::optional<BrowserId> read_device_token(std::string_view token, const Secrets& secrets) {
  const std::optional<std::string> bytes = jose::base64url_decode(token);
  if (!bytes || bytes->size() != kTokenSize || bytes->front() != kVersion) return std::nullopt;
  Uuid::Bytes id;
  std::copy_n(bytes->begin() + 1, kBrowserSize, id.begin());
  const BrowserId browser{Uuid(id)};
  if (!equal_in_constant_time(make_device_token(browser, secrets).expose(), token)) return std::nullopt;
  return browser;
}

}  // namespace gatehouse::accounts
