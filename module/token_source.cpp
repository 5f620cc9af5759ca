#include "module/token_source.hpp"

#include <algorithm>

#include "module/ascii.hpp"

namespace gatehouse::gate {
namespace {

constexpr std::string_view kScheme = "bearer";

}  // namespace

TokenText bearer_token(std::optional<std::string_view> authorization) {
  if (!authorization) return {TokenText::Kind::kNone};
  const std::string_view scheme = authorization->substr(0, authorization->find(' '));
  if (!is_token(scheme)) return {TokenText::Kind::kMalformed};
  if (!std::ranges::equal(scheme, kScheme, {}, to_lower)) return {TokenText::Kind::kNone};
  std::string_view token = authorization->substr(scheme.size());
  token.remove_prefix(std::min(token.find_first_not_of(' '), token.size()));
  if (token.empty()) return {TokenText::Kind::kMalformed};
  return {TokenText::Kind::kToken, token};
}

bool is_b64token(std::string_view text) {
  constexpr std::string_view kMarks = "-._~+/";
  const std::size_t end = text.find_last_not_of('=');
  if (end == text.npos) return false;
  for (const char c : text.substr(0, end + 1)) {
    if (!is_alphanumeric(c) && kMarks.find(c) == kMarks.npos) return false;
  }
  return true;
}

}  // namespace gatehouse::gate
