// gatehousectl keys rotate

#include <CLI/CLI.hpp>
#include <memory>

#include "accounts/key_rotation.hpp"
#include "ctl/commands.hpp"
#include "ctl/words.hpp"
#include "settings/values.hpp"

namespace gatehouse::ctl {
namespace {

struct Wish {
  std::string algorithm;
  std::string lead = std::to_string(accounts::kKeyLead.count()) + "m";
};

void print(const accounts::Rotation& rotation, std::ostream& out) {
  const Time now = rotation.next.created_at;
  const auto when = [now](Time time) { return moment(time) + " (" + distance(time, now) + ")"; };
  out << "new key " << rotation.next.kid << " (" << jose::name(rotation.next.algorithm)
      << "): published now, signs from " << when(rotation.next.used_from) << '\n';
  for (const accounts::SigningKeyRow& row : rotation.retiring)
    out << "old key " << row.kid << ": retired at " << when(*row.retired_at) << '\n';
  out << "The daemons and gates follow by themselves; nothing has to be restarted.\n";
}

ExitStatus rotate(Context& context, const Wish& wish) {
  const auto lead = settings::duration({.value = wish.lead}, std::chrono::seconds(1), std::chrono::days(30));
  if (!lead) {
    context.err << "gatehousectl: --lead: " << lead.error() << '\n';
    return ExitStatus::kUsage;
  }
  const auto rotation =
      accounts::rotate_signing_key(context.database(), context.secrets(), context.rules(), system_random(),
                                   jose::parse_algorithm(wish.algorithm), *lead, Context::origin());
  if (!rotation) {
    context.err << "gatehousectl: a rotation is under way: the key " << rotation.error().next.kid
                << " signs from " << moment(rotation.error().next.used_from)
                << " on; rotate again after that\n";
    return ExitStatus::kNo;
  }
  print(*rotation, context.out);
  return ExitStatus::kDone;
}

}  // namespace

void add_keys_rotate(CLI::App& keys, Action& chosen) {
  CLI::App* command = keys.add_subcommand(
      "rotate",
      "Publish a new signing key, which takes over after a while; the old one ends with its last token");
  const auto wish = std::make_shared<Wish>();
  command
      ->add_option("--algorithm", wish->algorithm,
                   "Of the new key; as the present one if not given. The gates must accept it")
      ->check(CLI::IsMember({"EdDSA", "ES256", "RS256", "PS256"}));
  command
      ->add_option("--lead", wish->lead,
                   "How long the key is published before it signs; every gate must learn of it in that time")
      ->type_name("TIME")
      ->capture_default_str();
  command->callback(
      [wish, &chosen] { chosen = [wish](Context& context) { return rotate(context, *wish); }; });
}

}  // namespace gatehouse::ctl
