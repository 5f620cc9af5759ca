// gatehousectl explain

#include <CLI/CLI.hpp>
#include <iterator>
#include <memory>

#include "accounts/signing_keys.hpp"
#include "accounts/token_explanation.hpp"
#include "base/text.hpp"
#include "contract/claims.hpp"
#include "ctl/commands.hpp"
#include "ctl/words.hpp"
#include "json/document.hpp"

namespace gatehouse::ctl {
namespace {

using accounts::TokenExplanation;

constexpr std::size_t kShown = 300;
constexpr std::int64_t kYear10000 = 253'402'300'800;

// One line with a label; what comes from the token or from clients cannot steer the terminal.
class Lines {
 public:
  explicit Lines(std::ostream& out) : out_(out) {}
  void add(std::string label, const std::string& text) {
    label = printable(label, kShown);
    label.resize(std::max<std::size_t>(label.size() + 1, 16), ' ');
    out_ << label << printable(text, kShown) << '\n';
  }

 private:
  std::ostream& out_;
};

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text.append(text.empty() ? "" : ", ").append(word);
  return text;
}

std::string when(Time time, Time now) {
  return moment(time) + " (" + distance(time, now) + ")";
}

bool is_time(std::string_view claim) {
  return claim == contract::kExpiresAt || claim == contract::kIssuedAt || claim == contract::kNotBefore ||
         claim == contract::kAuthTime;
}

std::string claim_text(std::string_view name, const json::Value& value, Time now) {
  if (const auto text = value.string()) return std::string(*text);
  const std::optional<std::int64_t> seconds = value.integer();
  if (is_time(name) && seconds && *seconds >= 0 && *seconds < kYear10000)
    return when(from_unix_seconds(*seconds), now);
  return value.text();
}

void print_token(const TokenExplanation& found, Lines& lines, std::ostream& out) {
  std::string signature = found.authentic ? "good" : "not good: " + std::string(jose::name(*found.objection));
  if (!found.algorithm.empty()) signature += "; " + found.algorithm + ", key " + found.key_id;
  lines.add("signature", signature);
  if (found.claims.empty()) return;
  out << (found.authentic ? "claims\n" : "claims, which nobody vouches for\n");
  json::Parser parser;
  const auto claims = parser.parse_object(found.claims);
  for (const auto& [name, value] : claims->members())
    lines.add("  " + std::string(name), claim_text(name, value, found.now));
}

std::string user_text(const accounts::Account& account) {
  return account.username + (account.disabled_at ? ", disabled" : "") +
         (account.email_verified_at ? "" : ", address not confirmed") + "; roles " + joined(account.roles);
}

std::string session_text(const accounts::SessionEntry& entry, Time now) {
  const accounts::Session& session = entry.session;
  const std::string since =
      "logged in " + when(session.auth_time, now) + " by " + joined(session.auth_methods);
  if (entry.ended_at) return "ended " + when(*entry.ended_at, now) + ": " + entry.end_reason + "; " + since;
  const Time end = std::min(session.idle_end, session.absolute_end);
  return (entry.live ? "live, ends " : "timed out ") + when(end, now) + "; " + since;
}

void print_standing(const TokenExplanation& found, Lines& lines) {
  if (found.claims.empty()) return;
  lines.add("user", found.account ? user_text(*found.account) : "not known here");
  lines.add("session", found.session ? session_text(*found.session, found.now) : "not known here");
  if (found.device)
    lines.add("device", (found.device->name.empty() ? "without a name" : "\"" + found.device->name + "\"") +
                            ", last login " + when(found.device->last_login_at, found.now) + "; " +
                            found.device->user_agent);
  else
    lines.add("device", "not known here");
}

std::string block_text(const accounts::NamedBlock& block, const TokenExplanation& found) {
  std::string text = "\"" + block.live.value_or(block.stored ? block.stored->value : "") + "\"";
  if (block.stored) {
    text +=
        ", by " + std::string(name(block.stored->source)) + " " + when(block.stored->created_at, found.now);
    if (block.stored->ends_at) text += ", until " + when(*block.stored->ends_at, found.now);
  }
  if (!block.stored) text += ", in Redis alone, not recorded yet";
  if (!block.live && found.redis_answers) text += ", not in Redis yet";
  return block.refuses ? text : text + "; spares this token";
}

void print_blocks(const TokenExplanation& found, Lines& lines) {
  for (const accounts::NamedBlock& block : found.blocks)
    lines.add(std::string(name(block.key.kind)) + " block", block_text(block, found));
  if (found.blocks.empty() && !found.claims.empty()) lines.add("blocks", "none");
  if (!found.redis_answers)
    lines.add("redis", "does not answer; the gates go by what they have, until gatehouse_stale is over");
}

std::string read_token(Context& context, const std::string& argument) {
  std::string token = argument;
  if (token == "-") token.assign(std::istreambuf_iterator<char>(context.in), {});
  const auto is_space = [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; };
  while (!token.empty() && is_space(token.back())) token.pop_back();
  while (!token.empty() && is_space(token.front())) token.erase(0, 1);
  constexpr std::string_view kScheme = "Bearer ";
  if (token.starts_with(kScheme)) token.erase(0, kScheme.size());
  return token;
}

ExitStatus explain(Context& context, const std::string& argument) {
  const std::string token = read_token(context, argument);
  const auto keys = accounts::SigningKeys::open(context.database(), context.secrets());
  const TokenExplanation found =
      accounts::explain_token(context.database(), context.live(), keys, context.rules(), token);
  Lines lines(context.out);
  print_token(found, lines, context.out);
  print_standing(found, lines);
  print_blocks(found, lines);
  lines.add("gate", std::to_string(found.gate.http_status) + ' ' + found.gate.status);
  if (!found.daemon_objection.empty()) lines.add("daemon", "refuses it: " + found.daemon_objection);
  return found.gate.http_status == 200 && found.daemon_objection.empty() ? ExitStatus::kDone
                                                                         : ExitStatus::kNo;
}

}  // namespace

void add_explain(CLI::App& app, Action& chosen) {
  CLI::App* command = app.add_subcommand(
      "explain", "Say all that is known about an access token, and what the gate does with it");
  const auto token = std::make_shared<std::string>();
  command
      ->add_option("TOKEN", *token,
                   "The token, or - to read it from standard input, where no other user sees it")
      ->required();
  command->callback(
      [token, &chosen] { chosen = [token](Context& context) { return explain(context, *token); }; });
}

}  // namespace gatehouse::ctl
