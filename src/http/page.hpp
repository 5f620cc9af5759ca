// A page for people: a mustache template, <directory>/<language>/<name>.html, that a browser may neither
// keep, frame nor load anything for. Its one <style> is allowed by its hash, a script by nothing.
#pragma once

#include <map>
#include <string>

#include "base/template.hpp"
#include "http/message.hpp"

namespace gatehouse::http {

class Page {
 public:
  // Throws std::runtime_error if the template cannot be read or is none.
  Page(const std::string& directory, const std::string& name);

  Response answer(int status, const std::map<std::string, std::string>& values) const;

 private:
  Template template_;
  std::string content_policy_;
};

}  // namespace gatehouse::http
