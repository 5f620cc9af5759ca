// gatehousectl users list

#include <CLI/CLI.hpp>
#include <memory>

#include "base/text.hpp"
#include "ctl/commands.hpp"
#include "ctl/table.hpp"
#include "ctl/words.hpp"
#include "http/json_values.hpp"

namespace gatehouse::ctl {
namespace {

constexpr int kPage = 50;
constexpr int kLargestPage = 1000;

struct Wish {
  std::string search;
  std::string state;
  std::string role;
  std::string after;
  int limit = kPage;
  bool as_json = false;
};

struct Page {
  std::vector<accounts::AccountEntry> entries;
  bool more;
};

Page read_page(Context& context, accounts::AccountQuery query) {
  const auto limit = static_cast<std::size_t>(query.limit++);
  Page page{.entries = context.database().read(
                [&](accounts::Transaction& transaction) { return transaction.accounts().list(query); }),
            .more = false};
  page.more = page.entries.size() > limit;
  if (page.more) page.entries.pop_back();
  return page;
}

std::string joined(const std::vector<std::string>& roles) {
  std::string text;
  for (const std::string& role : roles) text.append(text.empty() ? "" : ",").append(role);
  return text;
}

void print_table(const Page& page, std::ostream& out) {
  Table table({"ID", "USERNAME", "EMAIL", "STATE", "ROLES", "CREATED", "LAST LOGIN"});
  for (const auto& [account, state] : page.entries)
    table.add({account.id.str(), account.username, account.email, std::string(name(state)),
               joined(account.roles), moment(account.created_at), moment(account.last_login_at)});
  table.print(out);
}

nlohmann::ordered_json json_of(const accounts::AccountEntry& entry) {
  const accounts::Account& account = entry.account;
  return {{"id", account.id.str()},
          {"username", account.username},
          {"email", account.email},
          {"email_verified", account.email_verified_at.has_value()},
          {"state", name(entry.state)},
          {"roles", account.roles},
          {"created_at", rfc3339(account.created_at)},
          {"last_login_at", http::or_null(account.last_login_at)},
          {"last_login_ip", http::or_null(account.last_login_ip)},
          {"login_count", account.login_count}};
}

void print_json(const Page& page, std::ostream& out) {
  nlohmann::ordered_json users = nlohmann::ordered_json::array();
  for (const accounts::AccountEntry& entry : page.entries) users.push_back(json_of(entry));
  const nlohmann::ordered_json next =
      page.more ? nlohmann::ordered_json(page.entries.back().account.id.str()) : nullptr;
  // In ASCII, so that no name can steer the terminal.
  out << nlohmann::ordered_json{{"users", users}, {"next", next}}.dump(2, ' ', true) << '\n';
}

ExitStatus list(Context& context, const Wish& wish) {
  accounts::AccountQuery query{.search = wish.search,
                               .state = accounts::parse_account_state(wish.state),
                               .role = wish.role,
                               .limit = wish.limit};
  if (!wish.after.empty()) {
    query.after = accounts::AccountId::parse(wish.after);
    if (!query.after) {
      context.err << "gatehousectl: --after: give the id of the last user of the page before\n";
      return ExitStatus::kUsage;
    }
  }
  if (!utf8_length(wish.search) || !utf8_length(wish.role)) {
    context.err << "gatehousectl: --search and --role must be UTF-8\n";
    return ExitStatus::kUsage;
  }
  const Page page = read_page(context, query);
  if (wish.as_json) {
    print_json(page, context.out);
  } else {
    print_table(page, context.out);
    if (page.more)
      context.out << "There are more: add --after " << page.entries.back().account.id.str() << '\n';
  }
  return ExitStatus::kDone;
}

}  // namespace

void add_users_list(CLI::App& users, Action& chosen) {
  CLI::App* command = users.add_subcommand("list", "List accounts, the oldest first");
  const auto wish = std::make_shared<Wish>();
  command
      ->add_option("--search", wish->search, "Only those with this in username or address, or with this id")
      ->type_name("TEXT");
  command->add_option("--state", wish->state, "Only those in this state")
      ->check(CLI::IsMember({"active", "unverified", "disabled", "blocked"}));
  command->add_option("--role", wish->role, "Only those with this role")->type_name("ROLE");
  command->add_option("--limit", wish->limit, "The length of a page")
      ->check(CLI::Range(1, kLargestPage))
      ->capture_default_str();
  command->add_option("--after", wish->after, "The page that follows this user")->type_name("ID");
  command->add_flag("--json", wish->as_json, "Print JSON");
  command->callback([wish, &chosen] { chosen = [wish](Context& context) { return list(context, *wish); }; });
}

}  // namespace gatehouse::ctl
