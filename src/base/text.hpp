// Text from outside: what may be stored and logged, and how long it is for people.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse {

// The number of code points; nothing if the text is not UTF-8 (RFC 3629: no overlong forms, no surrogates).
std::optional<std::size_t> utf8_length(std::string_view text);

// At most `limit` bytes of the text, cut between code points; whatever is no UTF-8 or a control character
// becomes
// "?". For log columns: PostgreSQL refuses invalid UTF-8, and a log must not be steered by what it logs.
std::string printable(std::string_view text, std::size_t limit);

// ASCII letters in lower case, all else as it stands.
std::string ascii_lower(std::string_view text);

}  // namespace gatehouse
