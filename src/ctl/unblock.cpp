// gatehousectl unblock

#include <CLI/CLI.hpp>
#include <memory>

#include "accounts/operator_blocking.hpp"
#include "ctl/block_target.hpp"
#include "ctl/commands.hpp"

namespace gatehouse::ctl {
namespace {

using accounts::Unblocked;

struct Wish {
  BlockTarget target;
  std::string reason;
};

Unblocked lift(Context& context, const accounts::BlockKey& key, const std::string& reason) {
  return accounts::unblock_as_operator(context.database(), context.live(), system_random(), key, reason,
                                       Context::origin());
}

ExitStatus unblock(Context& context, const Wish& wish) {
  const Result<accounts::BlockKey, std::string> key = wish.target.key(context);
  if (!key) {
    context.err << "gatehousectl: " << key.error() << '\n';
    return ExitStatus::kUsage;
  }
  const std::string what = wish.target.kind + ' ' + key->subject;
  Unblocked outcome = lift(context, *key, wish.reason);
  // An administrator's redis-cli takes a network in any spelling.
  const accounts::BlockKey as_typed{key->kind, wish.target.id};
  if (outcome == Unblocked::kNotBlocked && key->kind == accounts::BlockKind::kIp && as_typed != *key)
    outcome = lift(context, as_typed, wish.reason);
  switch (outcome) {
    case Unblocked::kEnforced:
      context.out << what << " is unblocked: enforced\n";
      return ExitStatus::kDone;
    case Unblocked::kPending:
      context.out << what << " is unblocked: pending, the gates follow as soon as Redis answers\n";
      return ExitStatus::kPending;
    case Unblocked::kNotBlocked:
      context.out << what << " is not blocked\n";
      return ExitStatus::kDone;
    case Unblocked::kNotKnown:
      break;
  }
  context.err
      << "gatehousectl: " << what
      << " is not blocked as far as PostgreSQL knows, but Redis does not answer: a block that was set "
         "there by hand would still stand; try again\n";
  return ExitStatus::kUnreachable;
}

}  // namespace

void add_unblock(CLI::App& app, Action& chosen) {
  CLI::App* command = app.add_subcommand("unblock", "Lift a block, whoever has set it and however");
  const auto wish = std::make_shared<Wish>();
  wish->target.add_to(*command);
  command->add_option("--reason", wish->reason, "Why; kept in the log")->type_name("TEXT");
  command->callback(
      [wish, &chosen] { chosen = [wish](Context& context) { return unblock(context, *wish); }; });
}

}  // namespace gatehouse::ctl
