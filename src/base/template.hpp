// A mustache template, read from a file that the operator may change.
//
//   const Template greeting = Template::read("/usr/share/…/en/greeting.txt", Markup::kText);
//   greeting.render({{"username", "alice"}});
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace gatehouse {

enum class Markup {
  kText,  // values stand as they are
  kHtml,  // values are escaped
};

class Template {
 public:
  // Throws std::runtime_error, with the path in it, if it cannot be read or is no mustache.
  static Template read(const std::string& path, Markup markup);

  // Values that are not named are empty. A value that is not empty opens its section, {{#name}} … {{/name}}.
  std::string render(const std::map<std::string, std::string>& values) const;

  std::string_view source() const { return source_; }

 private:
  Template(std::string source, Markup markup) : source_(std::move(source)), markup_(markup) {}

  std::string source_;
  Markup markup_;
};

}  // namespace gatehouse
