#include "test/bench/pgbench.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <sstream>
#include <stdexcept>

#include "test/bench/machine.hpp"
#include "test/support/shell.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::bench {
namespace {

const std::regex kStatement(R"(^\[(\d+)\] LOG:  (?:statement|execute [^:]*): (.*)$)");
const std::regex kParameters(R"(^\[(\d+)\] DETAIL:  parameters: (.*)$)");

// $1 = 'text', $2 = NULL; a quote within a text stands twice.
std::vector<std::optional<std::string>> parse_parameters(const std::string& text) {
  static const std::regex parameter(R"(\$\d+ = (?:NULL|'((?:[^']|'')*)'))");
  std::vector<std::optional<std::string>> values;
  for (std::sregex_iterator at(text.begin(), text.end(), parameter), end; at != end; ++at) {
    if ((*at)[1].matched)
      values.emplace_back(std::regex_replace((*at)[1].str(), std::regex("''"), "'"));
    else
      values.emplace_back();
  }
  return values;
}

std::map<std::string, std::vector<LoggedStatement>> by_connection(const std::string& log) {
  std::map<std::string, std::vector<LoggedStatement>> connections;
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);) {
    std::smatch found;
    if (std::regex_match(line, found, kStatement))
      connections[found[1]].push_back({found[2], {}});
    else if (std::regex_match(line, found, kParameters))
      connections[found[1]].back().parameters = parse_parameters(found[2]);
  }
  return connections;
}

bool mentions(const std::vector<LoggedStatement>& statements, const std::string& mark) {
  return std::ranges::any_of(statements, [&](const LoggedStatement& statement) {
    return statement.sql.find(mark) != std::string::npos;
  });
}

bool is_id(const std::string& text) {
  static const std::regex pattern("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  return std::regex_match(text, pattern);
}

bool has_grown_by_one(const std::string& before, const std::string& after) {
  static const std::regex number(R"(\d{1,9})");
  return std::regex_match(before, number) && std::regex_match(after, number) &&
         std::stol(after) == std::stol(before) + 1;
}

std::string replaced(const std::string& sql, std::size_t number, const std::string& with) {
  return std::regex_replace(sql, std::regex("\\$" + std::to_string(number) + "(?!\\d)"), with);
}

}  // namespace

StatementLog::StatementLog(DaemonSite& site) : site_(site) {
  test::sql(site_.conninfo(), "alter system set log_line_prefix = '[%p] '");
  test::sql(site_.conninfo(), "alter system set log_statement = 'all'");
  test::sql(site_.conninfo(), "select pg_reload_conf()");
  const bool logs = test::wait_until([&] {
    test::sql(site_.conninfo(), "select 'is it logged?'");
    return site_.postgres_log().find("LOG:  statement: select 'is it logged?'") != std::string::npos;
  });
  if (!logs) throw std::runtime_error("PostgreSQL does not log its statements");
}

StatementLog::~StatementLog() {
  test::sql(site_.conninfo(), "alter system reset log_statement");
  test::sql(site_.conninfo(), "select pg_reload_conf()");
}

std::vector<LoggedStatement> StatementLog::statements_of(const std::function<void()>& request,
                                                         const std::string& mark) {
  const std::size_t begin = site_.postgres_log().size();
  request();
  for (const auto& [connection, statements] : by_connection(site_.postgres_log().substr(begin)))
    if (mentions(statements, mark)) return statements;
  throw std::runtime_error("PostgreSQL has not logged a statement with '" + mark + "'");
}

PgbenchClient::PgbenchClient(const std::vector<LoggedStatement>& first,
                             const std::vector<LoggedStatement>& second) {
  if (first.size() != second.size()) throw std::runtime_error("two equal requests made different statements");
  std::string growing;
  for (std::size_t i = 0; i < second.size(); ++i) {
    std::string sql = second[i].sql;
    // From the last one, so that what is put in is not taken for a parameter.
    for (std::size_t p = second[i].parameters.size(); p > 0; --p) {
      const std::optional<std::string>& before = first[i].parameters[p - 1];
      const std::optional<std::string>& now = second[i].parameters[p - 1];
      const std::string name = "s" + std::to_string(i) + "p" + std::to_string(p);
      if (!now) {
        sql = replaced(sql, p, "null");
      } else if (now->empty()) {
        sql = replaced(sql, p, "''");  // no variable of pgbench is empty
      } else if (before && *before != *now && is_id(*now)) {
        sql = replaced(sql, p, "gen_random_uuid()");
      } else {
        const bool grows = before && has_grown_by_one(*before, *now);
        variables.emplace_back(name, grows ? std::to_string(std::stol(*now) + 1) : *now);
        if (grows) growing += "\\set " + name + " :" + name + " + 1\n";
        sql = replaced(sql, p, ":" + name);
      }
    }
    script += sql + ";\n";
  }
  script += growing;
}

double pgbench(const std::string& conninfo, const std::vector<PgbenchClient>& clients, int seconds) {
  check_interrupted();
  const test::TempDir folder;
  std::string together;
  for (std::size_t i = 0; i < clients.size(); ++i) {
    const std::string script = folder / std::to_string(i);
    test::write_file(script, clients[i].script);
    std::string command =
        "pgbench --no-vacuum --protocol=prepared --client=1 --time=" + std::to_string(seconds) +
        " --file=" + script;
    for (const auto& [name, value] : clients[i].variables)
      command += " --define=" + name + '=' + test::shell_quoted(value);
    together += command + ' ' + test::shell_quoted(conninfo) + " >" + script + ".out 2>&1 &\n";
  }
  test::run_shell(together + "wait");
  check_interrupted();
  double total = 0;
  for (std::size_t i = 0; i < clients.size(); ++i) {
    const std::string output = test::read_file(folder / (std::to_string(i) + ".out"));
    std::smatch found;
    if (!std::regex_search(output, found, std::regex(R"(\ntps = ([0-9.]+))")) ||
        output.find("failed transactions: 0 ") == output.npos)
      throw std::runtime_error("pgbench: " + output);
    total += std::stod(found[1]);
  }
  return total;
}

}  // namespace gatehouse::bench
