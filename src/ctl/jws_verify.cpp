#include "ctl/jws.hpp"

#include <array>
#include <fstream>
#include <istream>
#include <iterator>
#include <optional>
#include <ostream>

#include "jose/verify.hpp"

namespace gatehouse::ctl {
namespace {

constexpr std::array kEveryAlgorithm{jose::Algorithm::kEdDSA, jose::Algorithm::kES256,
                                     jose::Algorithm::kRS256, jose::Algorithm::kPS256};

std::string read_all(std::istream& in) {
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

int verify_jws(const std::string& jwks_file, std::istream& in, std::ostream& out, std::ostream& err) {
  std::ifstream file(jwks_file, std::ios::binary);
  if (!file) {
    err << "gatehousectl: cannot read '" << jwks_file << "'\n";
    return 2;
  }
  const Result<jose::KeySet, jose::Error> keys = jose::KeySet::parse(read_all(file));
  if (!keys) {
    err << "gatehousectl: '" << jwks_file << "' is no usable JWK Set: " << jose::name(keys.error()) << '\n';
    return 2;
  }
  std::string token = read_all(in);
  // The line end that echo and editors add is not part of a token; nothing else is forgiven.
  if (token.ends_with('\n')) token.pop_back();
  if (token.ends_with('\r')) token.pop_back();
  json::Parser parser;
  const Result<jose::VerifiedJws, jose::Error> jws =
      jose::verify_signature(token, *keys, kEveryAlgorithm, parser);
  if (!jws) {
    err << "gatehousectl: not valid: " << jose::name(jws.error()) << '\n';
    return 1;
  }
  out << jws->payload();
  return 0;
}

}  // namespace gatehouse::ctl
