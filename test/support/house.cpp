#include "test/support/house.hpp"

#include <ranges>
#include <stdexcept>

#include "accounts/verification.hpp"

namespace gatehouse::test {

std::optional<accounts::LiveBlocks::Acknowledged> PlayedLive::publish(const accounts::BlockKey& key,
                                                                      const std::string& value,
                                                                      std::optional<Duration> life) {
  if (dark) return std::nullopt;
  keys[key.redis_key()] = value;
  lives[key.redis_key()] = life;
  return Acknowledged{.epoch = 1};
}

std::optional<accounts::LiveBlocks::Acknowledged> PlayedLive::withdraw(
    const accounts::BlockKey& key, const std::optional<std::string>& value) {
  if (dark) return std::nullopt;
  if (const auto found = keys.find(key.redis_key());
      found != keys.end() && (!value || found->second == *value))
    keys.erase(found);
  return Acknowledged{.epoch = 1};
}

Later<std::optional<accounts::LiveBlocks::Values>> PlayedLive::ask(
    const std::vector<accounts::BlockKey>& wanted) {
  if (dark) return [] { return std::nullopt; };
  Values values;
  for (const accounts::BlockKey& key : wanted) {
    const auto found = keys.find(key.redis_key());
    values.push_back(found == keys.end() ? std::nullopt : std::optional(found->second));
  }
  return [values] { return values; };
}

House::House(Postgres& cluster)
    : conninfo(cluster.database()),
      database(conninfo, {.connections = 16, .wait = std::chrono::seconds(30)}),
      signing_keys(accounts::SigningKeys::load(database, secrets, system_random())) {}

Result<accounts::Registered, accounts::Refusal> House::sign_up(const Member& member) {
  return accounts::register_account(
      ports_, {.username = member.username, .email = member.email, .password = Secret(member.password)},
      origin);
}

Member House::member(const std::string& username) {
  const Member member{
      .username = username, .email = username + "@example.org", .password = "the password of " + username};
  const auto registered = sign_up(member);
  if (!registered) throw std::runtime_error(std::string(accounts::code(registered.error().error)));
  const auto verified =
      accounts::verify_challenge(ports_, registered->challenge, code_for(member.email), origin);
  if (!verified) throw std::runtime_error(std::string(accounts::code(verified.error().error)));
  return member;
}

Result<accounts::Login, accounts::Refusal> House::try_sign_in(const std::string& identifier,
                                                              const std::string& password,
                                                              std::optional<Secret> device_token) {
  return accounts::log_in(
      ports_,
      {.identifier = identifier, .password = Secret(password), .device_token = std::move(device_token)},
      origin);
}

accounts::Login House::sign_in(const Member& member, std::optional<Secret> device_token) {
  return try_sign_in(member.username, member.password, std::move(device_token)).value();
}

accounts::Principal House::principal(const accounts::Login& login) {
  return accounts::authenticate(ports_, login.access_token.expose(), origin).value();
}

std::vector<accounts::Mail> House::mails() {
  const std::vector<accounts::OutboxRow> rows = database.read(
      [](accounts::Transaction& transaction) { return transaction.outbox().claim(transaction.now(), 1000); });
  std::vector<accounts::Mail> mails;
  for (const accounts::OutboxRow& row : rows) mails.push_back(accounts::open_mail(row, secrets));
  return mails;
}

std::vector<accounts::Mail> House::mails_like(const std::string& template_name) {
  std::vector<accounts::Mail> found = mails();
  std::erase_if(found, [&](const accounts::Mail& mail) { return mail.template_name != template_name; });
  return found;
}

std::string House::code_for(const std::string& email) {
  const std::vector<accounts::Mail> all = mails();
  for (const accounts::Mail& mail : std::views::reverse(all))
    if (mail.to == email && mail.values.contains("code")) return mail.values.at("code");
  throw std::runtime_error("no code was mailed to " + email);
}

}  // namespace gatehouse::test
