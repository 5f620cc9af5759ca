// The fields of an entry of the stream gatehouse:events, which the gate adds and the daemon records. A field
// whose value would be empty is left out.
#pragma once

#include <string_view>

namespace gatehouse::contract {

inline constexpr std::string_view kEventId = "id";           // the same if an entry is added twice
inline constexpr std::string_view kEventTime = "at";         // unix milliseconds
inline constexpr std::string_view kEventStatus = "status";   // as $gatehouse_status
inline constexpr std::string_view kEventAnswer = "answer";   // its HTTP status
inline constexpr std::string_view kEventDryRun = "dry_run";  // "1": was not enforced
inline constexpr std::string_view kEventRequest = "request";
inline constexpr std::string_view kEventIp = "ip";
inline constexpr std::string_view kEventUser = "user";
inline constexpr std::string_view kEventSession = "session";
inline constexpr std::string_view kEventDevice = "device";
inline constexpr std::string_view kEventToken = "token";
inline constexpr std::string_view kEventMethod = "method";
inline constexpr std::string_view kEventPath = "path";
inline constexpr std::string_view kEventAgent = "agent";

}  // namespace gatehouse::contract
