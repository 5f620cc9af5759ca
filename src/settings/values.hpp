// How the values of settings are written. Each reader takes what was given and returns the value, or says in
// words, without repeating the value, what is wrong with it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/endpoint.hpp"
#include "base/ip.hpp"
#include "base/mailbox.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

namespace gatehouse::settings {

template <typename T>
using Read = Result<T, std::string>;

// A value as it stands in the file, or as the text of a variable or a default.
struct Given {
  struct Other {};  // a type of TOML that no setting has
  std::variant<std::string, std::int64_t, std::vector<std::string>, Other> value;
  // Then everything is text: numbers in digits, lists with commas.
  bool as_text = false;
  // Of the settings file. Who can write that can name any file as a secret, so their own may be one.
  uid_t file_owner = 0;
};

Read<std::string> text(const Given& given);
// One of the words.
Read<std::string> word(const Given& given, const std::vector<std::string_view>& words);
// In a file a single text is a list of one.
Read<std::vector<std::string>> list(const Given& given);
Read<std::int64_t> integer(const Given& given, std::int64_t least, std::int64_t most);
// A whole number with s, m, h or d.
Read<std::chrono::seconds> duration(const Given& given, std::chrono::seconds least,
                                    std::chrono::seconds most);
// A whole number with B, KiB, MiB or GiB, in bytes.
Read<std::size_t> size(const Given& given, std::size_t least, std::size_t most);

Read<std::string> absolute_path(const Given& given);
Read<Endpoint> endpoint(const Given& given);
Read<std::vector<Endpoint>> endpoints(const Given& given);
Read<std::vector<IpNetwork>> networks(const Given& given);
// https://host[:port]; plain http for a loopback host alone, since tokens and passwords pass there.
Read<std::string> public_url(const Given& given);
// Sites, each written like public_url; as browsers write them (base/web_origin.hpp).
Read<std::vector<std::string>> origins(const Given& given);
// smtp:// or smtps://, and host[:port].
Read<std::string> smtp_url(const Given& given);
Read<Mailbox> mailbox(const Given& given);
// The path of a file that can be read.
Read<std::string> readable_file(const Given& given);
// The content of a file that others cannot read: mode 0400 or 0600, owner root, the caller or the owner of
// the settings. A line's end at its end is not part of the secret.
// Root, who runs this, and whoever the settings belong to.
bool may_own_secrets(uid_t owner, uid_t self, uid_t settings_owner);
Read<Secret> secret_file(const Given& given);
// The same with 64 hexadecimal digits in it.
Read<Secret> key_file(const Given& given);

}  // namespace gatehouse::settings
