#include "settings/values.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <optional>
#include <sstream>

#include "base/hex.hpp"
#include "base/web_origin.hpp"

namespace gatehouse::settings {
namespace {

Unexpected<std::string> wrong(std::string what) {
  return Unexpected(std::move(what));
}

std::vector<std::string> split_at_commas(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    std::string_view item = text.substr(0, comma);
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ')) item.remove_suffix(1);
    items.emplace_back(item);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return items;
}

std::optional<std::int64_t> parse_integer(std::string_view digits) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

// "5m" as 300 with the unit {"m", 60}.
std::optional<std::int64_t> parse_quantity(std::string_view text, const std::vector<Unit>& units) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::optional<std::int64_t> number = parse_integer(text.substr(0, end));
  const auto unit = std::find_if(units.begin(), units.end(),
                                 [&](const Unit& each) { return each.name == text.substr(end); });
  std::int64_t quantity = 0;
  if (!number || unit == units.end() || __builtin_mul_overflow(*number, unit->factor, &quantity))
    return std::nullopt;
  return quantity;
}

const std::vector<Unit> kTimes{{"d", 86'400}, {"h", 3'600}, {"m", 60}, {"s", 1}};
const std::vector<Unit> kSizes{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"B", 1}};

// In the largest unit that it is a whole number of.
std::string in_words(std::int64_t quantity, const std::vector<Unit>& units) {
  for (const Unit& unit : units)
    if (quantity % unit.factor == 0) return std::to_string(quantity / unit.factor) + std::string(unit.name);
  return std::to_string(quantity);
}

Read<std::int64_t> quantity(const Given& given, const std::vector<Unit>& units, const char* example,
                            std::int64_t least, std::int64_t most) {
  const auto* text = std::get_if<std::string>(&given.value);
  const std::optional<std::int64_t> value = text ? parse_quantity(*text, units) : std::nullopt;
  if (!value) return wrong(std::string("must be a whole number with its unit, such as \"") + example + "\"");
  if (*value < least || *value > most)
    return wrong("must be from " + in_words(least, units) + " to " + in_words(most, units));
  return *value;
}

bool is_host_name(std::string_view host) {
  return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '.';
  });
}

struct Host {
  bool loopback;
};

// Of scheme://host[:port]: a name, or an address, IPv6 in brackets. No path.
Read<Host> host_of(std::string_view url) {
  std::string_view rest = url.substr(url.find("://") + 3);
  const std::string_view host = rest.substr(0, rest.starts_with('[') ? rest.find(']') + 1 : rest.find(':'));
  rest.remove_prefix(host.size());
  const bool brackets = host.starts_with('[');
  const std::optional<IpAddress> address =
      IpAddress::parse(brackets ? host.substr(1, host.size() - 2) : host);
  if (brackets ? !address || !address->is_v6() : !is_host_name(host))
    return wrong("must have a host after its scheme, and no path after that");
  if (!rest.empty()) {
    const std::optional<std::int64_t> port = parse_integer(rest.substr(1));
    if (!rest.starts_with(':') || !port || *port < 1 || *port > 65535)
      return wrong("must end with its host, or with a port from 1 to 65535");
  }
  return Host{.loopback = host == "localhost" || (address && address->is_loopback())};
}

Read<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  if (!file) return wrong("names a file that cannot be read: " + std::string(std::strerror(errno)));
  return content.str();
}

}  // namespace

Read<std::string> text(const Given& given) {
  const auto* text = std::get_if<std::string>(&given.value);
  if (!text) return wrong("must be a text in quotes");
  if (text->find('\0') != text->npos) return wrong("must not have a NUL in it");
  return *text;
}

Read<std::string> word(const Given& given, const std::vector<std::string_view>& words) {
  const auto* text = std::get_if<std::string>(&given.value);
  if (text && std::find(words.begin(), words.end(), *text) != words.end()) return *text;
  std::string message;
  for (const std::string_view each : words)
    message.append(message.empty() ? "must be \"" : " or \"").append(each).append("\"");
  return wrong(std::move(message));
}

Read<std::vector<std::string>> list(const Given& given) {
  if (const auto* items = std::get_if<std::vector<std::string>>(&given.value)) return *items;
  const auto* text = std::get_if<std::string>(&given.value);
  if (!text) return wrong("must be a text in quotes, or a list of such");
  if (given.as_text) return split_at_commas(*text);
  return std::vector<std::string>{*text};
}

Read<std::int64_t> integer(const Given& given, std::int64_t least, std::int64_t most) {
  std::optional<std::int64_t> number;
  if (const auto* value = std::get_if<std::int64_t>(&given.value)) number = *value;
  if (const auto* text = std::get_if<std::string>(&given.value); text && given.as_text)
    number = parse_integer(*text);
  if (!number) return wrong("must be a whole number");
  if (*number < least || *number > most)
    return wrong("must be from " + std::to_string(least) + " to " + std::to_string(most));
  return *number;
}

Read<std::chrono::seconds> duration(const Given& given, std::chrono::seconds least,
                                    std::chrono::seconds most) {
  const Read<std::int64_t> seconds = quantity(given, kTimes, "5m", least.count(), most.count());
  if (!seconds) return wrong(seconds.error());
  return std::chrono::seconds(*seconds);
}

Read<std::size_t> size(const Given& given, std::size_t least, std::size_t most) {
  const Read<std::int64_t> bytes =
      quantity(given, kSizes, "64KiB", static_cast<std::int64_t>(least), static_cast<std::int64_t>(most));
  if (!bytes) return wrong(bytes.error());
  return static_cast<std::size_t>(*bytes);
}

Read<std::string> absolute_path(const Given& given) {
  Read<std::string> path = text(given);
  if (path && !path->starts_with('/')) return wrong("must be an absolute path");
  return path;
}

Read<Endpoint> endpoint(const Given& given) {
  const Read<std::string> address = text(given);
  if (!address) return wrong(address.error());
  return Endpoint::parse(*address);
}

Read<std::vector<Endpoint>> endpoints(const Given& given) {
  const Read<std::vector<std::string>> items = list(given);
  if (!items) return wrong(items.error());
  std::vector<Endpoint> endpoints;
  for (const std::string& item : *items) {
    const Result<Endpoint, std::string> parsed = Endpoint::parse(item);
    if (!parsed) return wrong(parsed.error());
    endpoints.push_back(*parsed);
  }
  if (endpoints.empty()) return wrong("must name at least one address");
  return endpoints;
}

Read<std::vector<IpNetwork>> networks(const Given& given) {
  const Read<std::vector<std::string>> items = list(given);
  if (!items) return wrong(items.error());
  std::vector<IpNetwork> networks;
  for (const std::string& item : *items) {
    const std::optional<IpNetwork> network = IpNetwork::parse(item);
    if (!network) return wrong("must be IP addresses or networks, such as \"192.0.2.0/24\"");
    networks.push_back(*network);
  }
  return networks;
}

Read<std::string> public_url(const Given& given) {
  Read<std::string> url = text(given);
  if (!url) return url;
  const bool plain = url->starts_with("http://");
  if (!plain && !url->starts_with("https://"))
    return wrong("must begin with https:// (or http:// on loopback)");
  const Read<Host> host = host_of(*url);
  if (!host) return wrong(host.error());
  if (plain && !host->loopback)
    return wrong("must be https: over plain http, which only a loopback host may have, tokens could be read");
  return url;
}

bool may_own_secrets(uid_t owner, uid_t self, uid_t settings_owner) {
  return owner == 0 || owner == self || owner == settings_owner;
}

Read<std::vector<std::string>> origins(const Given& given) {
  const Read<std::vector<std::string>> items = list(given);
  if (!items) return wrong(items.error());
  std::vector<std::string> origins;
  for (const std::string& item : *items) {
    const Read<std::string> url = public_url({.value = item});
    if (!url) return wrong(url.error());
    origins.push_back(web_origin(*url));
  }
  return origins;
}

Read<std::string> smtp_url(const Given& given) {
  Read<std::string> url = text(given);
  if (!url) return url;
  if (!url->starts_with("smtp://") && !url->starts_with("smtps://"))
    return wrong("must begin with smtp:// or smtps://");
  const Read<Host> host = host_of(*url);
  if (!host) return wrong(host.error());
  return url;
}

Read<Mailbox> mailbox(const Given& given) {
  const Read<std::string> words = text(given);
  if (!words) return wrong(words.error());
  std::optional<Mailbox> mailbox = Mailbox::parse(*words);
  if (!mailbox) return wrong("must be an address of ASCII characters, or a name and then that in <>");
  return std::move(*mailbox);
}

Read<std::string> readable_file(const Given& given) {
  Read<std::string> path = absolute_path(given);
  if (path && ::access(path->c_str(), R_OK) != 0)
    return wrong("names a file that cannot be read: " + std::string(std::strerror(errno)));
  return path;
}

Read<Secret> secret_file(const Given& given) {
  const Read<std::string> path = absolute_path(given);
  if (!path) return wrong(path.error());
  struct stat file {};
  if (::stat(path->c_str(), &file) != 0)
    return wrong("names a file that cannot be read: " + std::string(std::strerror(errno)));
  if ((file.st_mode & 0777) != 0400 && (file.st_mode & 0777) != 0600)
    return wrong("names a file that must have mode 0400 or 0600");
  if (!may_own_secrets(file.st_uid, ::geteuid(), given.file_owner))
    return wrong(
        "names a file that must belong to root, to the user who runs this or to the settings' owner");
  Read<std::string> content = read_file(*path);
  if (!content) return wrong(content.error());
  if (content->ends_with('\n')) content->pop_back();
  if (content->ends_with('\r')) content->pop_back();
  return Secret(std::move(*content));
}

Read<Secret> key_file(const Given& given) {
  Read<Secret> digits = secret_file(given);
  if (!digits) return digits;
  std::optional<std::string> bytes = from_hex(digits->expose());
  if (!bytes || bytes->size() != 32) return wrong("names a file that must hold 64 hexadecimal digits");
  return Secret(std::move(*bytes));
}

}  // namespace gatehouse::settings
