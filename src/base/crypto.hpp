// The symmetric primitives that Gatehouse uses, each a thin front of OpenSSL 3. All throw std::runtime_error
// if OpenSSL itself fails; a wrong key or altered input is a value (std::nullopt), not an exception.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/secret.hpp"

namespace gatehouse {

// FIPS 180-4; 32 bytes.
std::string sha256(std::string_view bytes);
// RFC 2104; 32 bytes.
std::string hmac_sha256(std::string_view key, std::string_view message);
// Compares in a time that depends on the sizes alone.
bool equal_in_constant_time(std::string_view a, std::string_view b);

// Derives `size` bytes from a key with good entropy (RFC 5869, no salt); `label` names the purpose and its
// version.
Secret hkdf_sha256(const Secret& key, std::string_view label, std::size_t size = 32);

// AES-256-GCM with a random 96-bit nonce in front and the tag behind; `context` is authenticated, not stored,
// and ties the box to its place (a row's id), so that it cannot be moved to another. `key` has 32 bytes.
std::string seal(const Secret& key, std::string_view context, std::string_view plain, Random& random);
std::optional<Secret> open_sealed(const Secret& key, std::string_view context, std::string_view box);

}  // namespace gatehouse
