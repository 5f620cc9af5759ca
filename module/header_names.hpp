// Names of request headers as the programs behind nginx compare them. Many of them (CGI, WSGI, Rack, PHP)
// see X-User, x_user and X.User as one variable, so two names are one here if they agree when everything but
// letters and digits is written '-', letters in lower case, and nothing but letters and digits at the ends.
//
//   HeaderNames names;
//   names.add("X-Auth-User");
//   names.contains("x_auth_user-");                          // true
//   names.without("close, X-Auth-User")                      // "close"
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::gate {

std::string canonical_header_name(std::string_view name);

class HeaderNames {
 public:
  void add(std::string_view name);
  bool empty() const { return names_.empty(); }
  // Cheap for names that are not here, as most of a request's are.
  bool contains(std::string_view name) const;
  // The value of a Connection header without the names that are here; std::nullopt if it has none of them.
  std::optional<std::string> without(std::string_view connection) const;

 private:
  std::vector<std::string> names_;  // canonical
  std::uint64_t sizes_ = 0;         // bit n: one of them has n characters, or 63 and more
};

}  // namespace gatehouse::gate
