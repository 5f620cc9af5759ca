// The names in Redis that the gate, the daemon and an administrator share. This is the one place that spells
// them.
#pragma once

#include <string>
#include <string_view>

namespace gatehouse::contract {

inline constexpr std::string_view kBlockPrefix = "gatehouse:block:";
inline constexpr std::string_view kReadyKey = "gatehouse:ready";
inline constexpr std::string_view kSeedingKey = "gatehouse:seeding";
inline constexpr std::string_view kEventStream = "gatehouse:events";
inline constexpr std::string_view kRatePrefix = "gatehouse:rate:";

// The kinds of block, as they stand between the prefix and the id: gatehouse:block:device:<did>.
inline constexpr std::string_view kDevice = "device";
inline constexpr std::string_view kSession = "session";
inline constexpr std::string_view kUser = "user";
inline constexpr std::string_view kToken = "token";
inline constexpr std::string_view kIp = "ip";

// A user block with this value in front ends the tokens issued up to that time only: before=<unix seconds>.
inline constexpr std::string_view kBeforePrefix = "before=";

inline std::string block_key(std::string_view kind, std::string_view id) {
  std::string key;
  key.reserve(kBlockPrefix.size() + kind.size() + 1 + id.size());
  return key.append(kBlockPrefix).append(kind).append(1, ':').append(id);
}

}  // namespace gatehouse::contract
