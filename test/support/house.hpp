// Everything that the use cases need, on a database of the test's own, with Redis and the mails played.
//
//   House house;
//   const Login alice = house.sign_in(house.member("alice"));
#pragma once

#include <map>
#include <string>
#include <vector>

#include "accounts/authentication.hpp"
#include "accounts/login.hpp"
#include "accounts/ports.hpp"
#include "accounts/registration.hpp"
#include "accounts/signing_keys.hpp"
#include "store/database.hpp"
#include "test/support/postgres.hpp"

namespace gatehouse::test {

// Redis as the use cases see it.
class PlayedLive final : public accounts::LiveBlocks {
 public:
  std::optional<Acknowledged> publish(const accounts::BlockKey& key, const std::string& value,
                                      std::optional<Duration> life) override;
  std::optional<Acknowledged> withdraw(const accounts::BlockKey& key,
                                       const std::optional<std::string>& value) override;
  Later<std::optional<Values>> ask(const std::vector<accounts::BlockKey>& keys) override;

  bool dark = false;
  std::map<std::string, std::string> keys;
  std::map<std::string, std::optional<Duration>> lives;
};

class CountedMail final : public accounts::MailCarrier {
 public:
  void wake() override { ++woken; }
  int woken = 0;
};

struct Member {
  std::string username;
  std::string email;
  std::string password;
};

class House {
 public:
  explicit House(Postgres& cluster = Postgres::shared());

  accounts::Ports& ports() { return ports_; }
  // The same, on another database or with another hasher.
  accounts::Ports ports_on(accounts::Database& other) {
    return {other, live, mail, passwords, signing_keys, secrets, rules, system_random()};
  }
  accounts::Ports ports_with(accounts::PasswordHasher& other) {
    return {database, live, mail, other, signing_keys, secrets, rules, system_random()};
  }

  Result<accounts::Registered, accounts::Refusal> sign_up(const Member& member);
  // With a confirmed address.
  Member member(const std::string& username);
  accounts::Login sign_in(const Member& member, std::optional<Secret> device_token = std::nullopt);
  Result<accounts::Login, accounts::Refusal> try_sign_in(const std::string& identifier,
                                                         const std::string& password,
                                                         std::optional<Secret> device_token = std::nullopt);
  accounts::Principal principal(const accounts::Login& login);

  // What is in the outbox, the oldest first, opened.
  std::vector<accounts::Mail> mails();
  // The mails of one template, the oldest first.
  std::vector<accounts::Mail> mails_like(const std::string& template_name);
  // The code of the newest mail to the address.
  std::string code_for(const std::string& email);

  std::string sql(const std::string& statement) const { return test::sql(conninfo, statement); }

  const std::string conninfo;
  store::PostgresDatabase database;
  PlayedLive live;
  CountedMail mail;
  accounts::PasswordHasher passwords{{.memory = 64 * 1024, .passes = 1, .slots = 4, .waiting = 200}};
  accounts::Rules rules{
      .public_url = "https://example.org", .issuer = "https://example.org", .audience = {"app"}};
  accounts::Secrets secrets{Secret(std::string(32, 'm'))};
  accounts::SigningKeys signing_keys;
  accounts::Origin origin{.ip = "192.0.2.7", .user_agent = "Test/1.0", .request_id = "r1"};

 private:
  accounts::Ports ports_{database, live, mail, passwords, signing_keys, secrets, rules, system_random()};
};

}  // namespace gatehouse::test
