#include "ctl/jws_verify.hpp"

#include <CLI/CLI.hpp>
#include <array>
#include <fstream>
#include <istream>
#include <iterator>
#include <memory>
#include <ostream>

#include "ctl/commands.hpp"
#include "jose/verify.hpp"

namespace gatehouse::ctl {
namespace {

constexpr std::array kEveryAlgorithm{jose::Algorithm::kEdDSA, jose::Algorithm::kES256,
                                     jose::Algorithm::kRS256, jose::Algorithm::kPS256};

std::string read_all(std::istream& in) {
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

ExitStatus verify_jws(const std::string& jwks_file, std::istream& in, std::ostream& out, std::ostream& err) {
  std::ifstream file(jwks_file, std::ios::binary);
  if (!file) {
    err << "gatehousectl: cannot read '" << jwks_file << "'\n";
    return ExitStatus::kUsage;
  }
  const Result<jose::KeySet, jose::Error> keys = jose::KeySet::parse(read_all(file));
  if (!keys) {
    err << "gatehousectl: '" << jwks_file << "' is no usable JWK Set: " << jose::name(keys.error()) << '\n';
    return ExitStatus::kUsage;
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
    return ExitStatus::kNo;
  }
  out << jws->payload();
  return ExitStatus::kDone;
}

void add_jws_verify(CLI::App& jws, Action& chosen) {
  CLI::App* command = jws.add_subcommand(
      "verify", "Verify a compact JWS on standard input by the gate's own code and print its payload");
  const auto file = std::make_shared<std::string>();
  command->add_option("--jwks", *file, "A JWK Set (RFC 7517)")->required()->type_name("FILE");
  command->callback([file, &chosen] {
    chosen = [file](Context& context) { return verify_jws(*file, context.in, context.out, context.err); };
  });
}

}  // namespace gatehouse::ctl
