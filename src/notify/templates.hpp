// The texts of the mails: mustache templates on disk, <language>/<name>.subject and <name>.txt. Values stand
// in them as they are: a text mail has no markup to escape from.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/template.hpp"

namespace gatehouse::notify {

struct Rendered {
  std::string subject;  // one line, without its end
  std::string body;
};

class Templates {
 public:
  // Reads all of them. Throws std::runtime_error if one cannot be read, lacks its other half or is no
  // mustache.
  explicit Templates(const std::string& directory);

  // Nothing if there is no template of this name.
  std::optional<Rendered> render(const std::string& name,
                                 const std::map<std::string, std::string>& values) const;

 private:
  struct Source {
    Template subject;
    Template body;
  };
  std::map<std::string, Source> sources_;
};

}  // namespace gatehouse::notify
