// gatehousectl block

#include <CLI/CLI.hpp>
#include <memory>

#include "accounts/operator_blocking.hpp"
#include "base/text.hpp"
#include "ctl/block_target.hpp"
#include "ctl/commands.hpp"
#include "ctl/words.hpp"
#include "settings/values.hpp"

namespace gatehouse::ctl {
namespace {

using accounts::BlockChange;
using accounts::Enforcement;

struct Wish {
  BlockTarget target;
  std::string reason;
  std::string life;
  std::string before;
  bool unknown_too = false;
};

constexpr const char* kNow = "now";

Result<std::int64_t, std::string> unix_time(Context& context, const std::string& text) {
  if (text == kNow)
    return unix_seconds(
        context.database().read([](accounts::Transaction& transaction) { return transaction.now(); }));
  std::int64_t seconds = 0;
  if (!CLI::detail::lexical_cast(text, seconds))
    return Unexpected<std::string>("--before: give unix seconds, or nothing for this moment");
  return seconds;
}

Result<accounts::BlockOrder, std::string> order_of(Context& context, const Wish& wish) {
  Result<accounts::BlockKey, std::string> key = wish.target.key(context);
  if (!key) return Unexpected(key.error());
  accounts::BlockOrder order{.key = *key, .reason = wish.reason, .unknown_too = wish.unknown_too};
  if (!wish.life.empty()) {
    const auto life =
        settings::duration({.value = wish.life}, std::chrono::seconds(1), std::chrono::days(3650));
    if (!life) return Unexpected("--for: " + life.error());
    order.life = *life;
  }
  if (!wish.before.empty()) {
    const auto before = unix_time(context, wish.before);
    if (!before) return Unexpected(before.error());
    order.before = *before;
  }
  return order;
}

std::string outcome(const accounts::Blocked& blocked) {
  const std::string change = blocked.change == BlockChange::kNone       ? " was blocked already"
                             : blocked.change == BlockChange::kReplaced ? " is blocked anew"
                                                                        : " is blocked";
  return change + (blocked.enforcement == Enforcement::kActive
                       ? ": enforced"
                       : ": pending, the gates follow as soon as Redis answers");
}

ExitStatus block(Context& context, const Wish& wish) {
  const Result<accounts::BlockOrder, std::string> order = order_of(context, wish);
  if (!order) {
    context.err << "gatehousectl: " << order.error() << '\n';
    return ExitStatus::kUsage;
  }
  const auto blocked = accounts::block_as_operator(context.database(), context.live(), system_random(),
                                                   *order, Context::origin());
  const std::string what = wish.target.kind + ' ' + order->key.subject;
  if (!blocked) {
    context.err << "gatehousectl: "
                << (blocked.error().error == accounts::Error::kNotFound
                        ? "there is no " + what + "; to block it all the same add --unknown"
                        : words(blocked.error()))
                << '\n';
    return ExitStatus::kNo;
  }
  context.out << what << outcome(*blocked) << '\n';
  return blocked->enforcement == Enforcement::kActive ? ExitStatus::kDone : ExitStatus::kPending;
}

}  // namespace

void add_block(CLI::App& app, Action& chosen) {
  CLI::App* command = app.add_subcommand(
      "block", "Refuse a device, session, user, token or address from the next request on");
  const auto wish = std::make_shared<Wish>();
  wish->target.add_to(*command);
  command->add_option("--reason", wish->reason, "Why; kept with the block and in the log")->type_name("TEXT");
  command->add_option("--for", wish->life, "How long, such as 30m, 12h or 7d; else until it is lifted")
      ->type_name("TIME");
  command
      ->add_option("--before", wish->before,
                   "Of a user: only tokens issued up to this moment, or up to the given unix seconds")
      ->expected(0, 1)
      ->default_str(kNow)
      ->type_name("SECONDS");
  command->add_flag("--unknown", wish->unknown_too,
                    "Also what Gatehouse does not know, such as another issuer's id");
  command->callback([wish, &chosen] { chosen = [wish](Context& context) { return block(context, *wish); }; });
}

}  // namespace gatehouse::ctl
