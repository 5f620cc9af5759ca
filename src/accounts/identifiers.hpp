// Usernames and email addresses: what is allowed, and the key under which two of them are the same.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::accounts {

// 3 to 32 of the letters a–z, digits, ".", "_" and "-", in either case, with a letter or digit at both ends.
// ASCII alone, so two names that look alike are told apart by their letters; compared in lower case.
std::optional<std::string> username_key(std::string_view username);

// An address as mail servers take it without extensions (RFC 5321 sections 4.1.2 and 4.5.3.1; a dot-atom
// before the "@", a domain name of at least two labels behind it), at most 254 bytes of ASCII. Compared in
// lower case, mailed as given.
std::optional<std::string> email_key(std::string_view email);

}  // namespace gatehouse::accounts
