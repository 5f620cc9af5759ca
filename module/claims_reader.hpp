// The claims of verified tokens, decoded when a variable asks for them: most requests need none, and those
// that do ask for several.
//
//   reader.text(token)                    // all of them, as JSON
//   reader.find(token, {"address", "country"})
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "json/document.hpp"
#include "module/decide.hpp"

namespace gatehouse::gate {

class ClaimsReader {
 public:
  // Both live until another token is read. Throw std::runtime_error if what was verified cannot be read.
  std::string_view text(const VerifiedToken& token);
  // The claim at the end of the path: a string as it is, anything else as JSON; std::nullopt for null, too.
  std::optional<std::string_view> find(const VerifiedToken& token, std::span<const std::string> path);

 private:
  void read(const VerifiedToken& token);

  std::string token_;  // whose claims these are
  std::string payload_;
  std::optional<json::Object> claims_;
  std::string json_;  // of the claim found last
  json::Parser parser_;
};

}  // namespace gatehouse::gate
