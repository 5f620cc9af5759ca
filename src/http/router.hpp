// Finds the route of a request by its method and path.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "http/call.hpp"
#include "http/lanes.hpp"

namespace gatehouse::http {

struct Route {
  std::string_view method;
  std::string_view pattern;  // segments are literal, {id} for a UUID or {token} for any other
  Lane lane;
  std::variant<PublicHandler, BearerHandler> handler;
};

// Whoever has a path has its OPTIONS, and HEAD where it has GET.
struct Match {
  const Route* route;
  std::vector<std::string> parameters;
};
struct NoSuchPath {};
struct OtherMethods {
  std::string allow;  // as the Allow header lists them
};
using Found = std::variant<Match, OtherMethods, NoSuchPath>;

class Router {
 public:
  explicit Router(const std::vector<Route>& routes);

  // `path` as sent. It is split first and its segments decoded then, strictly, so that an encoded slash is
  // part of a segment and no path has two spellings but by percent-encoding.
  Found find(std::string_view method, std::string_view path) const;

 private:
  struct Entry {
    const Route* route;
    std::vector<std::string_view> segments;
  };
  std::vector<Entry> entries_;
};

}  // namespace gatehouse::http
