#include "settings/keys.hpp"

#include <algorithm>

namespace gatehouse::settings {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

constexpr std::size_t kKiB = 1024;
constexpr std::size_t kGiB = kKiB * kKiB * kKiB;

template <typename Member, typename T>
Read<void> keep(Member& member, Read<T> read) {
  if (!read) return Unexpected(read.error());
  member = static_cast<Member>(std::move(*read));
  return {};
}

Read<std::string> required_text(const Given& given) {
  Read<std::string> read = text(given);
  if (read && read->empty()) return Unexpected<std::string>("must not be empty");
  return read;
}

Read<std::vector<std::string>> required_list(const Given& given) {
  Read<std::vector<std::string>> read = list(given);
  if (read && (read->empty() || std::find(read->begin(), read->end(), "") != read->end()))
    return Unexpected<std::string>("must name at least one, and no empty one");
  return read;
}

// What need not be there, by any reader.
template <typename T>
Read<T> optional(const Given& given, Read<T> (*reader)(const Given&)) {
  if (given.as_text && std::get<std::string>(given.value).empty()) return T();
  return reader(given);
}

// One without a name.
Read<std::string> address(const Given& given) {
  const Read<Mailbox> read = mailbox(given);
  if (!read) return Unexpected(read.error());
  if (!read->name.empty()) return Unexpected<std::string>("must be an address alone");
  return read->address;
}

std::string in_capitals(std::string_view text) {
  std::string capitals(text);
  for (char& c : capitals)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return capitals;
}

}  // namespace

std::string Key::path() const {
  return std::string(section) + "." + std::string(name);
}

std::string Key::variable() const {
  return std::string(kVariablePrefix) + in_capitals(section) + "__" + in_capitals(name);
}

const std::vector<Key>& keys() {
  using S = Settings;
  using G = const Given;
  static const std::vector<Key> kKeys{
      {"http", "listen", "list of unix:/path and host:port", "unix:/run/gatehouse/gatehoused.sock",
       "where the daemon listens; a unix socket has mode 0660",
       [](S& s, G& g) { return keep(s.http.listen, endpoints(g)); }},
      {"http", "public_url", "https://host[:port]", nullptr,
       "the address that clients use, for links and as the issuer; plain http on a loopback host alone",
       [](S& s, G& g) { return keep(s.http.public_url, public_url(g)); }},
      {"http", "trusted_proxies", "list of addresses and networks", "",
       "whose X-Gatehouse-Client-IP and X-Request-ID are believed; those on a unix socket always are",
       [](S& s, G& g) { return keep(s.http.trusted_proxies, networks(g)); }},
      {"http", "allowed_origins", "list of https://host[:port]", "",
       "other sites whose pages may use the API with cookies and read its answers; plain http on a loopback "
       "host alone",
       [](S& s, G& g) { return keep(s.http.allowed_origins, origins(g)); }},

      {"cookies", "secure", "auto or always", "auto",
       "Secure and the prefixes of the names; auto leaves them out where http.public_url is plain http",
       [](S& s, G& g) {
         return keep(s.cookies.secure, word(g, {"auto", "always"}));
       }},

      {"secrets", "master_key_file", "path", nullptr,
       "64 hexadecimal digits, from which every other secret derives; mode 0400 or 0600, owned by root, the "
       "daemon's user or the settings' owner",
       [](S& s, G& g) {
         s.secrets.master_key_file = text(g) ? *text(g) : "";
         return keep(s.secrets.master_key, key_file(g));
       }},

      {"database", "conninfo", "libpq connection string", nullptr,
       "PostgreSQL; passed on as it stands, several hosts included",
       [](S& s, G& g) { return keep(s.database.conninfo, required_text(g)); }},
      {"database", "pool", "number, 4 to 200", "8", "connections at most",
       [](S& s, G& g) { return keep(s.database.pool, integer(g, 4, 200)); }},
      {"database", "migrations", "path", "/usr/share/gatehouse/migrations",
       "the folder of the schema's files",
       [](S& s, G& g) { return keep(s.database.migrations, absolute_path(g)); }},

      {"redis", "address", "unix:/path or host:port", "127.0.0.1:6379", "Redis, which has the live blocks",
       [](S& s, G& g) { return keep(s.redis.address, endpoint(g)); }},
      {"redis", "user", "text", "", "the user of Redis' ACL; empty: its default user",
       [](S& s, G& g) { return keep(s.redis.user, text(g)); }},
      {"redis", "password_file", "path", "",
       "the password in a file of mode 0400 or 0600, owned as the master key; empty: none",
       [](S& s, G& g) { return keep(s.redis.password, optional(g, secret_file)); }},
      {"redis", "db", "number, 0 to 1000", "0", "the database's number",
       [](S& s, G& g) { return keep(s.redis.db, integer(g, 0, 1000)); }},

      {"tokens", "issuer", "text", "", "iss of the access tokens; empty: http.public_url",
       [](S& s, G& g) { return keep(s.tokens.issuer, text(g)); }},
      {"tokens", "audience", "list of texts", "gatehouse",
       "aud of the access tokens; a gate accepts a token that has one of its own",
       [](S& s, G& g) { return keep(s.tokens.audience, required_list(g)); }},
      {"tokens", "jwks_file", "path", "/var/lib/gatehouse/jwks.json",
       "where the public keys are written for the gate, as a JWK Set",
       [](S& s, G& g) { return keep(s.tokens.jwks_file, absolute_path(g)); }},
      {"tokens", "access_ttl", "time, 10s to 1d", "5m", "the life of an access token",
       [](S& s, G& g) { return keep(s.tokens.access_ttl, duration(g, 10s, days(1))); }},

      {"sessions", "absolute", "time, 1m to 3650d", "30d", "the life of a session, however much it is used",
       [](S& s, G& g) { return keep(s.sessions.absolute, duration(g, 1min, days(3650))); }},
      {"sessions", "idle", "time, 1m to 3650d", "14d",
       "the time after which an unused session ends; not above sessions.absolute",
       [](S& s, G& g) { return keep(s.sessions.idle, duration(g, 1min, days(3650))); }},

      {"passwords", "memory", "size, 8KiB to 4GiB", "19MiB", "Argon2id's memory, for each hash at work",
       [](S& s, G& g) { return keep(s.passwords.memory, size(g, 8 * kKiB, 4 * kGiB)); }},
      {"passwords", "passes", "number, 1 to 100", "2", "Argon2id's passes over that memory",
       [](S& s, G& g) { return keep(s.passwords.passes, integer(g, 1, 100)); }},
      {"passwords", "slots", "number, 0 to 256", "0", "hashes at the same time; 0: one for each core",
       [](S& s, G& g) { return keep(s.passwords.slots, integer(g, 0, 256)); }},
      {"passwords", "queue", "number, 1 to 10000", "64",
       "requests that may wait for a slot; those above are answered 503 busy",
       [](S& s, G& g) { return keep(s.passwords.queue, integer(g, 1, 10'000)); }},

      {"challenges", "lifetime", "time, 30s to 1d", "10m", "how long a code can be used",
       [](S& s, G& g) { return keep(s.challenges.lifetime, duration(g, 30s, days(1))); }},
      {"challenges", "tries", "number, 1 to 100", "5", "wrong codes until the challenge is over",
       [](S& s, G& g) { return keep(s.challenges.tries, integer(g, 1, 100)); }},
      {"challenges", "daily", "number, 1 to 1000", "10",
       "codes of one purpose that one address is sent within 24 hours",
       [](S& s, G& g) { return keep(s.challenges.daily, integer(g, 1, 1000)); }},
      {"challenges", "resend_after", "time, 0s to 1h", "60s", "the pause until another code may be asked for",
       [](S& s, G& g) { return keep(s.challenges.resend_after, duration(g, 0s, 1h)); }},

      {"mail", "transport", "smtp, console or directory", nullptr,
       "how mail leaves: to an SMTP server, on standard output, or as one .eml file for each",
       [](S& s, G& g) {
         return keep(s.mail.transport, word(g, {"smtp", "console", "directory"}));
       }},
      {"mail", "smtp_url", "smtp://host[:port] or smtps://host[:port]", "",
       "the server of the transport smtp; smtps has TLS from the first byte",
       [](S& s, G& g) { return keep(s.mail.smtp_url, optional(g, smtp_url)); }},
      {"mail", "smtp_starttls", "required or off", "required",
       "whether smtp:// has to change to TLS before anything is sent",
       [](S& s, G& g) {
         const Read<std::string> read = word(g, {"required", "off"});
         return keep(s.mail.smtp_starttls, read ? Read<bool>(*read == "required") : Unexpected(read.error()));
       }},
      {"mail", "smtp_ca_file", "path", "",
       "the certificates, in PEM, that the server's is checked against; empty: the system's",
       [](S& s, G& g) { return keep(s.mail.smtp_ca_file, optional(g, readable_file)); }},
      {"mail", "smtp_user", "text", "", "who logs in at the server; empty: nobody",
       [](S& s, G& g) { return keep(s.mail.smtp_user, text(g)); }},
      {"mail", "smtp_password_file", "path", "",
       "the password in a file of mode 0400 or 0600, owned as the master key; empty: none",
       [](S& s, G& g) { return keep(s.mail.smtp_password, optional(g, secret_file)); }},
      {"mail", "smtp_timeout", "time, 1s to 45s", "30s", "for one mail, from connect to the last reply",
       [](S& s, G& g) { return keep(s.mail.smtp_timeout, duration(g, 1s, 45s)); }},
      {"mail", "directory", "path", "/var/lib/gatehouse/mail",
       "where the transport directory leaves the mails",
       [](S& s, G& g) { return keep(s.mail.directory, absolute_path(g)); }},
      {"mail", "from", "address, or Name <address>", nullptr, "the sender",
       [](S& s, G& g) { return keep(s.mail.from, mailbox(g)); }},
      {"mail", "bounces_to", "address", "", "the sender in the envelope; empty: that of mail.from",
       [](S& s, G& g) { return keep(s.mail.bounces_to, optional(g, address)); }},
      {"mail", "tries", "number, 1 to 1000", "30",
       "tries until a mail is given up; the pause between them doubles from 10s to 1h",
       [](S& s, G& g) { return keep(s.mail.tries, integer(g, 1, 1000)); }},
      {"mail", "templates", "path", "/usr/share/gatehouse/templates",
       "the folder of the templates of mails and pages",
       [](S& s, G& g) { return keep(s.mail.templates, absolute_path(g)); }},

      {"log", "level", "trace, debug, info, warn or error", "info", "the least that is logged",
       [](S& s, G& g) {
         return keep(s.log.level, word(g, {"trace", "debug", "info", "warn", "error"}));
       }},
  };
  return kKeys;
}

}  // namespace gatehouse::settings
