#include "jose/compact.hpp"

#include <algorithm>

#include "jose/base64url.hpp"

namespace gatehouse::jose {
namespace {

constexpr json::Limits kHeaderLimits{.bytes = 4 * 1024, .depth = 8};
constexpr std::size_t kMaxKeyIdSize = 255;

std::string normalized_type(std::string_view type) {
  std::string text(type);
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  constexpr std::string_view kMediaTypePrefix = "application/";  // RFC 7515 section 4.1.9
  if (text.starts_with(kMediaTypePrefix)) text.erase(0, kMediaTypePrefix.size());
  return text;
}

Result<Header, Error> parse_header(std::string_view segment, json::Parser& parser) {
  const std::optional<std::string> text = base64url_decode(segment);
  if (!text) return Unexpected(Error::kMalformed);
  const Result<json::Object, json::Error> header = parser.parse_object(*text, kHeaderLimits);
  if (!header) return Unexpected(Error::kBadHeader);

  std::string_view algorithm_name;
  std::string_view key_id;
  std::string_view type;
  for (const auto& [member, value] : header->members()) {
    std::string_view* target = member == "alg"   ? &algorithm_name
                               : member == "kid" ? &key_id
                               : member == "typ" ? &type
                                                 : nullptr;
    if (target) {
      const std::optional<std::string_view> string = value.string();
      if (!string) return Unexpected(Error::kBadHeader);
      *target = *string;
    } else if (member == "crit" || member == "b64") {
      return Unexpected(Error::kCriticalHeader);
    } else if (member == "enc" || member == "zip") {
      return Unexpected(Error::kBadHeader);  // those of a JWE
    }
  }
  const std::optional<Algorithm> algorithm = parse_algorithm(algorithm_name);
  if (!algorithm) return Unexpected(Error::kUnsupportedAlgorithm);
  if (key_id.size() > kMaxKeyIdSize) return Unexpected(Error::kBadHeader);
  return Header{*algorithm, std::string(key_id), normalized_type(type)};
}

}  // namespace

std::optional<std::string> payload_of(std::string_view token) {
  const std::size_t first = token.find('.');
  const std::size_t second = first == token.npos ? token.npos : token.find('.', first + 1);
  if (second == token.npos) return std::nullopt;
  return base64url_decode(token.substr(first + 1, second - first - 1));
}

Result<CompactJws, Error> parse_compact(std::string_view token, json::Parser& parser) {
  if (token.size() > kMaxTokenSize) return Unexpected(Error::kMalformed);
  const std::size_t first = token.find('.');
  const std::size_t second = first == token.npos ? token.npos : token.find('.', first + 1);
  if (second == token.npos || token.find('.', second + 1) != token.npos) return Unexpected(Error::kMalformed);

  Result<Header, Error> header = parse_header(token.substr(0, first), parser);
  if (!header) return Unexpected(header.error());
  std::optional<std::string> signature = base64url_decode(token.substr(second + 1));
  if (!signature) return Unexpected(Error::kMalformed);
  return CompactJws{*std::move(header), token.substr(0, second), token.substr(first + 1, second - first - 1),
                    *std::move(signature)};
}

}  // namespace gatehouse::jose
