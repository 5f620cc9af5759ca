#include "base/web_origin.hpp"

#include "base/text.hpp"

namespace gatehouse {

std::string web_origin(std::string_view url) {
  std::string origin = ascii_lower(url);
  const std::string_view own_port = origin.starts_with("https:") ? ":443" : ":80";
  if (origin.ends_with(own_port)) origin.resize(origin.size() - own_port.size());
  return origin;
}

}  // namespace gatehouse
