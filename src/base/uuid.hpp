// UUIDs; new ones are version 7 (RFC 9562 section 5.7), so that they sort by time.
//
//   SessionId sid = SessionId::generate(now, random);
//   sid.str();                            // "0192…", 36 characters, lower case
//   std::optional<SessionId> id = SessionId::parse(text);
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/time.hpp"

namespace gatehouse {

class Uuid {
 public:
  using Bytes = std::array<std::uint8_t, 16>;

  constexpr explicit Uuid(Bytes bytes) : bytes_(bytes) {}
  static Uuid generate(Time now, Random& random);
  // The canonical text form, either case; nothing else (RFC 9562 section 4).
  static std::optional<Uuid> parse(std::string_view text);

  std::string str() const;
  const Bytes& bytes() const { return bytes_; }

  auto operator<=>(const Uuid&) const = default;

 private:
  Bytes bytes_;
};

// An id of one kind of thing: a DeviceId is never taken for a SessionId.
template <typename Of>
class Id {
 public:
  constexpr explicit Id(Uuid uuid) : uuid_(uuid) {}
  static Id generate(Time now, Random& random) { return Id(Uuid::generate(now, random)); }
  static std::optional<Id> parse(std::string_view text) {
    const std::optional<Uuid> uuid = Uuid::parse(text);
    if (!uuid) return std::nullopt;
    return Id(*uuid);
  }

  std::string str() const { return uuid_.str(); }
  const Uuid& uuid() const { return uuid_; }

  auto operator<=>(const Id&) const = default;

 private:
  Uuid uuid_;
};

}  // namespace gatehouse
