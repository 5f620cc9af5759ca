#include "ctl/block_target.hpp"

#include <CLI/CLI.hpp>

#include "accounts/account_lookup.hpp"
#include "base/text.hpp"

namespace gatehouse::ctl {
namespace {

constexpr std::size_t kShown = 80;

std::string quoted(const std::string& text) {
  return "'" + printable(text, kShown) + "'";
}

Result<accounts::BlockKey, std::string> user_key(Context& context, const std::string& who) {
  if (const auto id = accounts::AccountId::parse(who)) return accounts::block_key(*id);
  const std::optional<accounts::Account> account = context.database().read(
      [&](accounts::Transaction& transaction) { return accounts::find_account(transaction, who); });
  if (!account)
    return Unexpected("there is no user " + quoted(who) + "; gatehousectl users list shows those there are");
  return accounts::block_key(account->id);
}

}  // namespace

void BlockTarget::add_to(CLI::App& command) {
  command.add_option("KIND", kind, "What the id is of")
      ->required()
      ->check(CLI::IsMember({"device", "session", "user", "token", "ip"}));
  command
      .add_option("ID", id,
                  "Its id; of a user the username or email address will do; of ip an address or network")
      ->required();
}

Result<accounts::BlockKey, std::string> BlockTarget::key(Context& context) const {
  const accounts::BlockKind block_kind = accounts::parse_block_kind(kind).value();
  if (block_kind == accounts::BlockKind::kUser) return user_key(context, id);
  if (block_kind == accounts::BlockKind::kIp) {
    const std::optional<IpNetwork> network = IpNetwork::parse_around(id);
    if (!network) return Unexpected(quoted(id) + " is no IP address, nor a network such as 192.0.2.0/24");
    return accounts::block_key(*network);
  }
  const std::optional<Uuid> uuid = Uuid::parse(id);
  if (!uuid)
    return Unexpected(quoted(id) + " is no id of a " + kind +
                      "; ids look like 01933f2e-5f3c-7d6a-9c1b-0a4f8a1b2c3d");
  return accounts::BlockKey{block_kind, uuid->str()};
}

}  // namespace gatehouse::ctl
