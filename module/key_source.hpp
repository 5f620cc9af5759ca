// Where an issuer's keys come from: the "jwks" of gatehouse_issuer.
#pragma once

#include <chrono>
#include <string>

namespace gatehouse::gate {

struct KeySource {
  std::string file{};  // a path, or
  std::string url{};   // https, or http to this machine

  // Of a url.
  std::string ca_file{};              // empty: the system's certificate authorities
  std::chrono::seconds refresh{900};  // the longest time between two fetches

  bool is_url() const { return !url.empty(); }
  const std::string& location() const { return is_url() ? url : file; }
};

}  // namespace gatehouse::gate
