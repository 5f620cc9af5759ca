#include "jose/algorithm.hpp"

#include <array>
#include <utility>

namespace gatehouse::jose {
namespace {

constexpr std::array<std::pair<Algorithm, std::string_view>, 4> kNames{{
    {Algorithm::kEdDSA, "EdDSA"},
    {Algorithm::kES256, "ES256"},
    {Algorithm::kRS256, "RS256"},
    {Algorithm::kPS256, "PS256"},
}};

}  // namespace

std::optional<Algorithm> parse_algorithm(std::string_view name) {
  for (const auto& [algorithm, text] : kNames)
    if (text == name) return algorithm;
  return std::nullopt;
}

std::string_view name(Algorithm algorithm) {
  for (const auto& [candidate, text] : kNames)
    if (candidate == algorithm) return text;
  return "";
}

}  // namespace gatehouse::jose
