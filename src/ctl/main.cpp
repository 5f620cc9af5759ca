// gatehousectl: the operator's command line.

#include <CLI/CLI.hpp>
#include <iostream>

#include "ctl/jws.hpp"

int main(int argc, char** argv) try {
  CLI::App app("The operator's command line of Gatehouse.");
  app.require_subcommand(1);
  int status = 0;

  CLI::App* jws = app.add_subcommand("jws", "JSON Web Signatures")->require_subcommand(1);
  CLI::App* verify =
      jws->add_subcommand("verify", "verify a compact JWS on standard input and print its payload");
  std::string jwks_file;
  verify->add_option("--jwks", jwks_file, "a JWK Set (RFC 7517)")->required();
  verify->callback([&] { status = gatehouse::ctl::verify_jws(jwks_file, std::cin, std::cout, std::cerr); });

  CLI11_PARSE(app, argc, argv);
  return status;
} catch (const std::exception& error) {
  std::cerr << "gatehousectl: " << error.what() << '\n';
  return 2;
}
