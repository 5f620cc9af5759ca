// What the gate saw of one request: how it lies in the ring, and as the fields of the stream in Redis.
//
//   ring.push(encode(event));
//   std::optional<GateEvent> event = decode(record.bytes);
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "module/status.hpp"

namespace gatehouse::gate {

// The texts are the request's own; nothing in them has been checked but what the token says of itself.
struct GateEvent {
  std::int64_t at = 0;  // unix milliseconds
  Verdict verdict{Status::kOk};
  bool enforced = true;
  std::string_view request_id{};
  std::string_view ip{};
  // Of a token whose signature was good; empty otherwise.
  std::string_view user{};
  std::string_view session{};
  std::string_view device{};
  std::string_view token_id{};
  std::string_view method{};
  std::string_view path{};  // without its arguments, which may hold secrets
  std::string_view user_agent{};
};

// At most EventRing::kMaxRecordSize bytes: long texts are cut, the path and the user agent first.
std::string encode(const GateEvent& event);
// Refers to `record`. std::nullopt for what encode() did not make.
std::optional<GateEvent> decode(std::string_view record);

}  // namespace gatehouse::gate
