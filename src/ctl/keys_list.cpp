// gatehousectl keys list

#include <CLI/CLI.hpp>

#include "ctl/commands.hpp"
#include "ctl/table.hpp"
#include "ctl/words.hpp"

namespace gatehouse::ctl {
namespace {

using accounts::SigningKeyRow;

struct Keys {
  std::vector<SigningKeyRow> rows;  // the last to be used first
  Time now;
};

std::string state_of(const SigningKeyRow& row, const Keys& keys) {
  if (row.used_from > keys.now) return "published, signs " + distance(row.used_from, keys.now);
  const auto signing =
      std::ranges::find_if(keys.rows, [&](const SigningKeyRow& each) { return each.used_from <= keys.now; });
  return signing->kid == row.kid ? "signs" : "verifies";
}

ExitStatus list(Context& context) {
  const Keys keys = context.database().read([](accounts::Transaction& transaction) {
    return Keys{.rows = transaction.signing_keys().all(), .now = transaction.now()};
  });
  Table table({"KEY", "ALGORITHM", "STATE", "PUBLISHED", "SIGNS FROM", "RETIRED"});
  for (const SigningKeyRow& row : keys.rows)
    table.add({row.kid, std::string(jose::name(row.algorithm)), state_of(row, keys), moment(row.created_at),
               moment(row.used_from), moment(row.retired_at)});
  table.print(context.out);
  return ExitStatus::kDone;
}

}  // namespace

void add_keys_list(CLI::App& keys, Action& chosen) {
  CLI::App* command = keys.add_subcommand("list", "List the keys that the JWK Set has");
  command->callback([&chosen] { chosen = list; });
}

}  // namespace gatehouse::ctl
