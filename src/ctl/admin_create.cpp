// gatehousectl admin create

#include <CLI/CLI.hpp>
#include <memory>

#include "accounts/admin_creation.hpp"
#include "ctl/commands.hpp"
#include "ctl/password.hpp"
#include "ctl/words.hpp"
#include "daemon/from_settings.hpp"

namespace gatehouse::ctl {
namespace {

struct Wish {
  std::string username;
  std::string email;
  bool password_from_stdin = false;
};

ExitStatus create(Context& context, const Wish& wish) {
  context.settings();  // before anybody types a password in vain
  Result<Secret, std::string> password =
      wish.password_from_stdin ? read_password(context.in) : ask_for_password(context.err);
  if (!password) {
    context.err << "gatehousectl: " << password.error() << '\n';
    return ExitStatus::kUsage;
  }
  accounts::PasswordHasher hasher(daemon::cost_of(context.settings().passwords));
  const auto created = accounts::create_admin(
      context.database(), hasher, context.rules(), system_random(),
      {.username = wish.username, .email = wish.email, .password = *password}, Context::origin());
  if (!created) {
    context.err << words(created.error()) << '\n';
    return ExitStatus::kNo;
  }
  if (created->existed)
    context.out << wish.username
                << " is an administrator already, with the password as it was: " << created->account.str()
                << '\n';
  else
    context.out << "created the administrator " << wish.username << ": " << created->account.str() << '\n';
  return ExitStatus::kDone;
}

}  // namespace

void add_admin_create(CLI::App& admin, Action& chosen) {
  CLI::App* command = admin.add_subcommand(
      "create", "Open an account with the role admin; its address counts as confirmed, no mail is sent");
  const auto wish = std::make_shared<Wish>();
  command->add_option("USERNAME", wish->username, "3 to 32 letters, digits, dots, underscores or hyphens")
      ->required();
  command->add_option("--email", wish->email, "The address of the administrator")
      ->required()
      ->type_name("ADDRESS");
  command->add_flag("--password-stdin", wish->password_from_stdin,
                    "Take the password from the first line of standard input, rather than ask for it");
  command->callback(
      [wish, &chosen] { chosen = [wish](Context& context) { return create(context, *wish); }; });
}

}  // namespace gatehouse::ctl
