// docs/api.md says which calls there are, who may make them and what they answer.
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "http/errors.hpp"
#include "http/routes.hpp"

namespace gatehouse::http {
namespace {

constexpr std::string_view kBase = "/auth/v1";

std::vector<std::string> document() {
  std::ifstream file("docs/api.md");
  if (!file) throw std::runtime_error("run the tests from the project's root");
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

// One row of the table of calls: | [`POST /accounts`](#post-accounts) | token | … |
struct Row {
  std::string call;  // method and path, the query cut off
  std::string where;
  std::string anchor;  // empty if the table says all
  bool bearer;
};

std::vector<Row> rows() {
  static const std::regex kRow(
      R"(\| \[?`([A-Z]+ /[^`?]*)[^`]*`(?:\]\(#([^)]*)\))?(?: \(([^)]*)\))? \|( token)? \| .*)");
  std::vector<Row> rows;
  for (const std::string& line : document()) {
    std::smatch match;
    if (std::regex_match(line, match, kRow))
      rows.push_back({.call = match[1], .where = match[3], .anchor = match[2], .bearer = match[4].matched});
  }
  return rows;
}

std::string with_base(const std::string& call) {
  std::string full = call;
  return full.insert(full.find('/'), kBase);
}

// The calls that a row stands for, marked with whether they want a token.
std::vector<std::string> calls_of(const Row& row) {
  const std::string mark = row.bearer ? " token" : "";
  if (row.where == "at the root") return {row.call + mark};
  if (row.where == "also at the root") return {row.call + mark, with_base(row.call) + mark};
  return {with_base(row.call) + mark};
}

TEST(ApiDocument, HasOneRowForEachRouteAndNoOther) {
  std::multiset<std::string> documented;
  for (const Row& row : rows())
    for (const std::string& call : calls_of(row)) documented.insert(call);
  std::multiset<std::string> known;
  for (const Route& route : routes())
    known.insert(std::string(route.method) + " " + std::string(route.pattern) +
                 (std::holds_alternative<BearerHandler>(route.handler) ? " token" : ""));
  for (const std::string& call : known) EXPECT_GE(documented.count(call), 1U) << "missing: " << call;
  for (const std::string& call : documented) EXPECT_EQ(known.count(call), 1U) << "stale: " << call;
}

// As GitHub makes them of a heading.
std::string anchor_of(const std::string& heading) {
  std::string anchor;
  for (const char c : heading) {
    if (c == ' ') anchor += '-';
    if (std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_')
      anchor += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return anchor;
}

TEST(ApiDocument, HasAHeadingForEachOfItsLinks) {
  std::set<std::string> anchors;
  for (const std::string& line : document())
    if (line.starts_with("#")) anchors.insert(anchor_of(line.substr(line.find(' ') + 1)));
  static const std::regex kLink(R"(\]\(#([^)]*)\))");
  for (const std::string& line : document())
    for (std::sregex_iterator link(line.begin(), line.end(), kLink), end; link != end; ++link)
      EXPECT_TRUE(anchors.contains((*link)[1])) << "no heading for #" << (*link)[1] << " in: " << line;
}

// "<status> <code>" of each row of the table of refusals: | 409 | `username_taken`, `email_taken` | … |
std::set<std::string> refusals() {
  static const std::regex kRow(R"(\| ([0-9]{3}) \| (`[^|]*`) \| .*)");
  static const std::regex kCode("`([a-z_]+)`");
  std::set<std::string> refusals;
  for (const std::string& line : document()) {
    std::smatch row;
    if (!std::regex_match(line, row, kRow)) continue;
    const std::string codes = row[2];
    for (std::sregex_iterator code(codes.begin(), codes.end(), kCode), end; code != end; ++code)
      refusals.insert(row[1].str() + " " + (*code)[1].str());
  }
  return refusals;
}

TEST(ApiDocument, HasEveryRefusalOfTheUseCasesWithItsStatus) {
  const std::set<std::string> documented = refusals();
  int error = 0;
  for (; code(static_cast<accounts::Error>(error)) != "unknown"; ++error) {
    const Problem problem = problem_of({.error = static_cast<accounts::Error>(error)});
    const std::string refusal = std::to_string(problem.status) + " " + problem.code;
    EXPECT_TRUE(documented.contains(refusal)) << "missing: " << refusal;
  }
  EXPECT_GT(error, 10);
}

}  // namespace
}  // namespace gatehouse::http
