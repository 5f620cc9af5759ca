#include "http/cookies.hpp"

#include <strings.h>

#include <algorithm>

#include "contract/cookies.hpp"

namespace gatehouse::http {
namespace {

struct Shape {
  std::string_view prefix;
  std::string_view name;
  std::string_view path;
};

Shape shape_of(TokenCookie which) {
  switch (which) {
    case TokenCookie::kAccess:
      return {contract::kHostPrefix, contract::kAccessCookie, "/"};
    case TokenCookie::kRefresh:
      return {contract::kSecurePrefix, contract::kRefreshCookie, "/auth/v1/tokens"};
    case TokenCookie::kDevice:
      break;
  }
  return {contract::kHostPrefix, contract::kDeviceCookie, "/"};
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

// Calls `visit(name, value)` for each cookie of a Cookie header (RFC 6265 section 4.2.1).
template <typename Visit>
void for_each_cookie(std::string_view header, Visit visit) {
  while (!header.empty()) {
    const std::size_t end = std::min(header.find(';'), header.size());
    const std::string_view pair = header.substr(0, end);
    const std::size_t equals = std::min(pair.find('='), pair.size());
    visit(trimmed(pair.substr(0, equals)), trimmed(pair.substr(std::min(equals + 1, pair.size()))));
    header.remove_prefix(std::min(end + 1, header.size()));
  }
}

}  // namespace

std::string Cookies::name(TokenCookie which) const {
  const Shape shape = shape_of(which);
  return std::string(secure_ ? shape.prefix : "").append(shape.name);
}

std::string Cookies::header(TokenCookie which, std::string_view value, std::chrono::seconds life) const {
  std::string header = name(which);
  header.append("=").append(value);
  header.append("; Path=").append(shape_of(which).path);
  header.append("; Max-Age=").append(std::to_string(life.count()));
  header.append("; HttpOnly; SameSite=Lax");
  if (secure_) header.append("; Secure");
  return header;
}

std::string Cookies::set(TokenCookie which, const Secret& token, std::chrono::seconds life) const {
  return header(which, token.expose(), life);
}

std::string Cookies::clear(TokenCookie which) const {
  return header(which, "", std::chrono::seconds(0));
}

void Cookies::clear_tokens(Headers& headers) const {
  for (const TokenCookie which : {TokenCookie::kAccess, TokenCookie::kRefresh})
    headers.add("Set-Cookie", clear(which));
}

std::optional<std::string_view> Cookies::read(TokenCookie which, const Headers& headers) const {
  const std::string wanted = name(which);
  std::optional<std::string_view> found;
  int times = 0;
  for (const Headers::Field& field : headers) {
    if (strcasecmp(field.name.c_str(), "Cookie") != 0) continue;
    for_each_cookie(field.value, [&](std::string_view name, std::string_view value) {
      if (name != wanted) return;
      found = value;
      ++times;
    });
  }
  return times == 1 && !found->empty() ? found : std::nullopt;
}

}  // namespace gatehouse::http
