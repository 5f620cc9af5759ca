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
  bool reset_code = false;
};

Result<Secret, std::string> password_of(Context& context, const Wish& wish) {
  return wish.password_from_stdin ? read_password(context.in) : ask_for_password(context.err);
}

// What the administrator needs for the call that sets the password.
void tell(Context& context, const accounts::VerificationCode& reset) {
  context.out << "to choose the password, until " << moment(reset.challenge.expires_at) << ":\n"
              << "  PUT " << context.rules().public_url << "/auth/v1/password-resets/"
              << reset.challenge.id.str() << "\n  {\"code\": \"" << reset.code
              << "\", \"new_password\": \"...\"}\n"
              << "afterwards by a code that POST /auth/v1/password-resets sends to the address\n";
}

ExitStatus create(Context& context, const Wish& wish) {
  context.settings();  // before anybody types a password in vain
  accounts::NewAdmin wanted{.username = wish.username, .email = wish.email};
  if (!wish.reset_code) {
    Result<Secret, std::string> password = password_of(context, wish);
    if (!password) {
      context.err << "gatehousectl: " << password.error() << '\n';
      return ExitStatus::kUsage;
    }
    wanted.password = std::move(*password);
  }
  accounts::PasswordHasher hasher(daemon::cost_of(context.settings().passwords));
  const auto created = accounts::create_admin(context.database(), hasher, context.secrets(), context.rules(),
                                              system_random(), wanted, Context::origin());
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
  if (created->reset_code) tell(context, *created->reset_code);
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
  CLI::Option* from_stdin =
      command->add_flag("--password-stdin", wish->password_from_stdin,
                        "Take the password from the first line of standard input, rather than ask for it");
  command
      ->add_flag("--reset-code", wish->reset_code,
                 "Set no password; print a code with which the administrator chooses one")
      ->excludes(from_stdin);
  command->callback(
      [wish, &chosen] { chosen = [wish](Context& context) { return create(context, *wish); }; });
}

}  // namespace gatehouse::ctl
