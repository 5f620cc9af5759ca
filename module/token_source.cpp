#include "module/token_source.hpp"

#include <algorithm>
#include <array>

#include "base/percent.hpp"
#include "module/ascii.hpp"
#include "module/cookies.hpp"

namespace gatehouse::gate {
namespace {

using Kind = TokenText::Kind;
using Place = TokenSource::Place;

constexpr std::string_view kScheme = "bearer";

constexpr std::array<bool, 256> kIsB64 = [] {
  std::array<bool, 256> good{};
  for (int c = 0; c < 128; ++c) good[static_cast<std::size_t>(c)] = is_alphanumeric(static_cast<char>(c));
  for (const char c : std::string_view("-._~+/")) good[static_cast<unsigned char>(c)] = true;
  return good;
}();

bool is_bearer(std::string_view scheme) {
  return std::ranges::equal(scheme, kScheme, {}, to_lower);
}

std::string_view after_spaces(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return text;
}

// As frameworks write a header's value into a cookie: "Bearer abc" in quotes.
std::string_view without_wrapping(std::string_view value) {
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
    value = value.substr(1, value.size() - 2);
  const std::size_t space = value.find(' ');
  return space != value.npos && is_bearer(value.substr(0, space)) ? after_spaces(value.substr(space)) : value;
}

// An empty value is how a client says that it has none. Any other is for the verifier to judge.
TokenText token_of(std::string_view value, Place place) {
  if (value.empty()) return {Kind::kNone};
  return {Kind::kToken, value, place};
}

TokenText look_in(const TokenSource& source, const TokenCarriers& carriers, std::list<std::string>& decoded) {
  switch (source.place) {
    case Place::kHeader:
      return bearer_token(carriers.authorization);
    case Place::kCookie:
      return cookie_token(carriers.cookies, source.name);
    case Place::kArgument:
      return argument_token(carriers.arguments, source.name, decoded);
  }
  return {Kind::kMalformed};
}

}  // namespace

TokenText find_token(std::span<const TokenSource> sources, const TokenCarriers& carriers,
                     std::list<std::string>& decoded) {
  TokenText found{Kind::kNone};
  for (const TokenSource& source : sources) {
    const TokenText here = look_in(source, carriers, decoded);
    if (here.kind == Kind::kNone) continue;
    if (here.kind != Kind::kToken) return here;
    if (found.kind == Kind::kNone)
      found = here;
    else if (found.text != here.text)
      return {Kind::kAmbiguous};
  }
  return found;
}

TokenText bearer_token(std::optional<std::string_view> authorization) {
  if (!authorization) return {Kind::kNone};
  const std::string_view scheme = authorization->substr(0, authorization->find(' '));
  if (!is_token(scheme)) return {Kind::kMalformed};
  if (!is_bearer(scheme)) return {Kind::kNone};
  const std::string_view token = after_spaces(authorization->substr(scheme.size()));
  if (token.empty()) return {Kind::kMalformed};
  return {Kind::kToken, token};
}

bool is_b64token(std::string_view text) {
  const std::size_t end = text.find_last_not_of('=');
  if (end == text.npos) return false;
  // Looked up to the end, without a way out: a good token, which is the usual one, is done twice as fast.
  bool good = true;
  for (const char c : text.substr(0, end + 1)) good &= kIsB64[static_cast<unsigned char>(c)];
  return good;
}

TokenText cookie_token(std::span<const std::string_view> cookies, std::string_view name) {
  std::optional<std::string_view> found;
  bool twice = false;
  for (const std::string_view header : cookies) {
    for_each_cookie(header, [&](const Cookie& cookie) {
      if (cookie.name != name) return;
      twice = found.has_value();
      found = cookie.value;
    });
    if (twice) return {Kind::kAmbiguous};
  }
  return found ? token_of(without_wrapping(*found), Place::kCookie) : TokenText{Kind::kNone};
}

TokenText argument_token(std::string_view arguments, std::string_view name, std::list<std::string>& decoded) {
  // What cannot be decoded stays as it is, for the verifier to refuse.
  const auto plain = [&decoded](std::string_view text) -> std::string_view {
    if (text.find('%') == text.npos) return text;
    std::optional<std::string> bytes = percent_decode(text);
    return bytes ? decoded.emplace_back(*std::move(bytes)) : text;
  };
  TokenText found{Kind::kNone};
  for (std::size_t begin = 0; begin < arguments.size();) {
    const std::size_t end = std::min(arguments.find('&', begin), arguments.size());
    const std::string_view argument = arguments.substr(begin, end - begin);
    begin = end + 1;
    const std::size_t equals = std::min(argument.find('='), argument.size());
    if (plain(argument.substr(0, equals)) != name) continue;
    const TokenText here =
        token_of(plain(argument.substr(std::min(equals + 1, argument.size()))), Place::kArgument);
    if (here.kind == Kind::kNone) continue;
    if (found.kind != Kind::kNone) return {Kind::kAmbiguous};
    found = here;
  }
  return found;
}

}  // namespace gatehouse::gate
