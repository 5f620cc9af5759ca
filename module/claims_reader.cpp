#include "module/claims_reader.hpp"

#include <stdexcept>

#include "jose/compact.hpp"

namespace gatehouse::gate {

// The bytes of the token, not its place in memory, say whose claims are at hand: the memory of a request is
// used again for another one's.
void ClaimsReader::read(const VerifiedToken& token) {
  if (claims_ && token_ == token.text) return;
  claims_.reset();
  std::optional<std::string> payload = jose::payload_of(token.text);
  if (!payload) throw std::runtime_error("the payload of a verified token cannot be decoded");
  payload_ = *std::move(payload);
  const Result<json::Object, json::Error> claims =
      parser_.parse_object(payload_, {.bytes = jose::kMaxTokenSize});
  if (!claims) throw std::runtime_error("the claims of a verified token cannot be read");
  token_ = token.text;
  claims_ = *claims;
}

std::string_view ClaimsReader::text(const VerifiedToken& token) {
  read(token);
  return payload_;
}

std::optional<std::string_view> ClaimsReader::find(const VerifiedToken& token,
                                                   std::span<const std::string> path) {
  read(token);
  std::optional<json::Object> object = claims_;
  std::optional<json::Value> value;
  for (const std::string& name : path) {
    if (!object) return std::nullopt;
    value = object->find(name);
    if (!value) return std::nullopt;
    object = value->object();
  }
  if (!value || value->is_null()) return std::nullopt;
  if (const std::optional<std::string_view> text = value->string()) return text;
  json_ = value->text();
  return json_;
}

}  // namespace gatehouse::gate
