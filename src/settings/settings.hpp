// What the operator has chosen. Every member is filled by the loader (load.hpp), from the file, the
// environment or the default that stands in the table of keys (keys.hpp).
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/endpoint.hpp"
#include "base/ip.hpp"
#include "base/mailbox.hpp"
#include "base/secret.hpp"

namespace gatehouse::settings {

struct Settings {
  struct Http {
    std::vector<Endpoint> listen;
    std::string public_url;  // scheme://host[:port]
    std::vector<IpNetwork> trusted_proxies;
    std::vector<std::string> allowed_origins;  // as browsers write them
  } http;
  struct Cookies {
    std::string secure;  // auto or always
  } cookies;
  struct Secrets {
    std::string master_key_file;
    Secret master_key;  // 32 bytes
  } secrets;
  struct Database {
    std::string conninfo;
    std::size_t pool;
    std::string migrations;
  } database;
  struct Redis {
    Endpoint address;
    std::string user;
    Secret password;
    int db;
  } redis;
  struct Tokens {
    std::string issuer;
    std::vector<std::string> audience;
    std::string jwks_file;
    std::chrono::seconds access_ttl;
  } tokens;
  struct Sessions {
    std::chrono::seconds absolute;
    std::chrono::seconds idle;
  } sessions;
  struct Passwords {
    std::size_t memory;  // bytes
    unsigned passes;
    unsigned slots;
    unsigned queue;
  } passwords;
  struct Challenges {
    std::chrono::seconds lifetime;
    int tries;
    int daily;
    std::chrono::seconds resend_after;
  } challenges;
  struct Mail {
    std::string transport;
    std::string smtp_url;
    bool smtp_starttls;
    std::string smtp_ca_file;
    std::string smtp_user;
    Secret smtp_password;
    std::chrono::seconds smtp_timeout;
    std::string directory;
    Mailbox from;
    std::string bounces_to;
    int tries;
    std::string templates;
  } mail;
  struct Log {
    std::string level;
  } log;
};

}  // namespace gatehouse::settings
