#include "module/cookies.hpp"

#include "module/ascii.hpp"

namespace gatehouse::gate {

Cookie cookie_of(std::string_view pair) {
  const std::string_view text = trim_space(pair);
  const std::size_t equals = text.find('=');
  if (equals == text.npos) return {{}, text, text};
  return {trim_space(text.substr(0, equals)), trim_space(text.substr(equals + 1)), text};
}

namespace {

// Programs differ in what they trim from a name: it is hidden in whichever they read.
std::string_view trimmed_to_token(std::string_view name) {
  while (!name.empty() && !is_token(name.substr(0, 1))) name.remove_prefix(1);
  while (!name.empty() && !is_token(name.substr(name.size() - 1))) name.remove_suffix(1);
  return name;
}

}  // namespace

std::optional<std::string> without_cookies(std::string_view header, std::span<const std::string> names) {
  const auto is_named = [names](const Cookie& cookie) {
    return std::ranges::find(names, trimmed_to_token(cookie.name)) != names.end();
  };
  bool found = false;
  for_each_cookie(header, [&](const Cookie& cookie) { found = found || is_named(cookie); });
  if (!found) return std::nullopt;

  std::string kept;
  for_each_cookie(header, [&](const Cookie& cookie) {
    if (cookie.text.empty() || is_named(cookie)) return;
    if (!kept.empty()) kept.append("; ");
    kept.append(cookie.text);
  });
  return kept;
}

}  // namespace gatehouse::gate
