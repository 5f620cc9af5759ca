// The keys of an issuer: followed while nginx runs, from files and urls, and out of force once they are gone.

#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>

#include "test/e2e/gate.hpp"
#include "test/support/free_port.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::test {
namespace {

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != text.npos; at += what.size()) ++found;
  return found;
}

class GateKeys : public testing::Test {
 protected:
  GateKeys() { gate_.start(); }

  std::string other() { return other_.bearer(); }
  bool logs(const std::string& text) {
    return wait_until([&] { return gate_.nginx().error_log().find(text) != std::string::npos; });
  }

  Gate gate_;
  TokenMaker other_{};
};

TEST_F(GateKeys, AKeyThatLeavesTheFileIsRefusedByEveryWorkerAlsoWithACachedToken) {
  const std::string cached = gate_.tokens().bearer();
  for (int i = 0; i < 20; ++i) ASSERT_EQ(gate_.status("/app/", cached), 200);
  write_file(gate_.jwks_file(), other_.jwks());
  EXPECT_TRUE(gate_.becomes(200, "/app/", other()));
  for (int i = 0; i < 200; ++i) ASSERT_EQ(gate_.status("/app/", cached), 401);
  EXPECT_EQ(code_of(gate_.nginx().get("/app/", {cached})), "unknown_key");
  write_file(gate_.jwks_file(), gate_.tokens().jwks());
  EXPECT_TRUE(gate_.becomes(200, "/app/", cached));
}

TEST_F(GateKeys, ABrokenFileLeavesTheKeysAndIsLoggedOnce) {
  std::ofstream(gate_.jwks_file(), std::ios::trunc) << "{";
  EXPECT_TRUE(logs("the keys of the issuer \"main\" cannot be read"));
  EXPECT_EQ(gate_.status(), 200);
  std::filesystem::remove(gate_.jwks_file());
  EXPECT_TRUE(logs("No such file or directory"));
  EXPECT_EQ(gate_.status(), 200);
  EXPECT_EQ(count(gate_.nginx().error_log(), "cannot be read from"), 2U);
}

TEST_F(GateKeys, AReloadTakesThePresentKeys) {
  write_file(gate_.jwks_file(), other_.jwks());
  gate_.nginx().reload();
  EXPECT_EQ(gate_.status("/app/", other()), 200);
  EXPECT_EQ(gate_.status(), 401);
}

TEST_F(GateKeys, AreFollowedAfterAReloadThatFailsToGiveTheIssuerAnotherSource) {
  const TempDir folder;
  const std::string elsewhere = folder / "elsewhere.json";
  write_file(elsewhere, gate_.tokens().jwks());
  std::string moved = gate_.declarations();
  moved.replace(moved.find(gate_.jwks_file()), gate_.jwks_file().size(), elsewhere);
  // An address of nobody (RFC 5737) is found out last, when the issuers have their places.
  gate_.nginx().write_configuration(moved + "server { listen 192.0.2.1:4242; }\n" + Gate::kServer);
  gate_.nginx().signal(SIGHUP);
  ASSERT_TRUE(logs("bind() to 192.0.2.1:4242 failed"));
  write_file(gate_.jwks_file(), other_.jwks());
  EXPECT_TRUE(gate_.becomes(200, "/app/", other()));
  EXPECT_EQ(gate_.status(), 401);
}

TEST_F(GateKeys, AreFollowedByAHelperThatWasStartedAgain) {
  const pid_t helper = gate_.nginx().helper();
  ASSERT_EQ(kill(helper, SIGKILL), 0);
  write_file(gate_.jwks_file(), other_.jwks());
  EXPECT_TRUE(gate_.becomes(200, "/app/", other()));
  EXPECT_EQ(gate_.status(), 401);
}

// The keys are served by the same nginx, over TCP.
class GateKeysByUrl : public testing::Test {
 protected:
  static constexpr const char* kIssuer = "https://remote.example.com";

  void start(const std::string& path, const std::string& parameters, const std::string& scheme = "http") {
    http_ = "gatehouse_issuer remote { issuer " + std::string(kIssuer) + "; audience app; jwks " + scheme +
            "://127.0.0.1:" + std::to_string(port_) + path + ' ' + parameters + "; }\n" +
            "server { listen 127.0.0.1:" + std::to_string(port_) + (scheme == "https" ? " ssl" : "") + ";\n" +
            (scheme == "https" ? "ssl_certificate " + certificate() + "; ssl_certificate_key " +
                                     (folder_ / "key.pem") + ";\n"
                               : "") +
            "access_log @DIR@/keys.log;\nlocation = /keys { alias " + file_ +
            "; add_header Cache-Control max-age=3600; }\nlocation = /moved { return 302 /keys; }\n"
            "location = /endless { alias " +
            large_ + "; } }\n" + Gate::kServer;
    write_file(file_, remote_.jwks());
    gate_.start(http_);
  }
  std::string remote(const TokenMaker& maker) {
    return maker.bearer({{"iss", '"' + std::string(kIssuer) + '"'}});
  }
  std::string verdict(const std::string& bearer) {
    const HttpResponse response = gate_.nginx().get("/app/", {bearer});
    return std::to_string(response.status) + ' ' + response.header("X-Status");
  }
  bool logs(const std::string& text) {
    return wait_until([&] { return gate_.nginx().error_log().find(text) != std::string::npos; });
  }
  std::size_t fetches() { return count(read_file(gate_.nginx().folder() / "keys.log"), "GET "); }
  std::string certificate() {
    if (std::filesystem::exists(folder_ / "cert.pem")) return folder_ / "cert.pem";
    const Ran made = run_shell(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
        "-subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -keyout " +
        shell_quoted(folder_ / "key.pem") + " -out " + shell_quoted(folder_ / "cert.pem") +
        " 2>&1 && chmod 644 " + shell_quoted(folder_ / "cert.pem"));
    EXPECT_EQ(made.status, 0) << made.output;
    return folder_ / "cert.pem";
  }

  const int port_ = free_port();
  TempDir folder_;
  const std::string file_ = folder_ / "remote.json";
  const std::string large_ = folder_ / "large";
  const TokenMaker remote_{};
  Gate gate_;
  std::string http_;
};

TEST_F(GateKeysByUrl, AreFetchedBeforeTheFirstTokenAndAfterARotation) {
  start("/keys", "refresh=1s");
  EXPECT_TRUE(gate_.becomes(200, "/app/", remote(remote_)));
  EXPECT_EQ(verdict(remote(TokenMaker())), "401 unknown_key");
  const TokenMaker rotated;
  write_file(file_, rotated.jwks());
  EXPECT_TRUE(gate_.becomes(200, "/app/", remote(rotated)));
  EXPECT_EQ(verdict(remote(remote_)), "401 unknown_key") << "the key has left the set";
  EXPECT_EQ(verdict(rotated.bearer()), "401 wrong_issuer") << "it is no key of the other issuer";
}

TEST_F(GateKeysByUrl, StayInForceWhenTheServerFails) {
  start("/keys", "refresh=1s");
  EXPECT_TRUE(gate_.becomes(200, "/app/", remote(remote_)));
  std::filesystem::remove(file_);
  EXPECT_TRUE(logs("the answer has status 404"));
  EXPECT_EQ(verdict(remote(remote_)), "200 ok");
  gate_.nginx().reload();
  EXPECT_EQ(verdict(remote(remote_)), "200 ok") << "a reload keeps them, too";
}

TEST_F(GateKeysByUrl, AreNotBelievedAgainAfterTheirIssuerWasAway) {
  start("/keys", "refresh=1s");
  EXPECT_TRUE(gate_.becomes(200, "/app/", remote(remote_)));
  gate_.nginx().reload(gate_.declarations() + Gate::kServer);
  EXPECT_EQ(verdict(remote(remote_)), "401 unknown_key");
  std::filesystem::remove(file_);
  gate_.nginx().reload(gate_.declarations() + http_);
  EXPECT_EQ(verdict(remote(remote_)), "503 no_keys");
  write_file(file_, remote_.jwks());
  EXPECT_TRUE(gate_.becomes(200, "/app/", remote(remote_)));
}

TEST_F(GateKeysByUrl, AreNotFetchedForEachUnknownKey) {
  start("/keys", "refresh=1h");
  EXPECT_TRUE(gate_.becomes(200, "/app/", remote(remote_)));
  const TokenMaker unknown;
  for (int i = 0; i < 300; ++i) ASSERT_EQ(verdict(remote(unknown)), "401 unknown_key");
  EXPECT_EQ(fetches(), 1U);
}

TEST_F(GateKeysByUrl, WithoutAnyKeysTheTokensMustWait) {
  start("/nothing", "refresh=1s");
  EXPECT_EQ(verdict(remote(remote_)), "503 no_keys");
  EXPECT_EQ(verdict("Authorization: Bearer x"), "401 malformed_token");
  EXPECT_EQ(gate_.status(), 200) << "those of the other issuer go on";
  EXPECT_TRUE(logs("the keys of the issuer \"remote\" cannot be read"));
}

TEST_F(GateKeysByUrl, ARedirectIsNotFollowed) {
  start("/moved", "refresh=1s");
  EXPECT_TRUE(logs("the answer has status 302"));
  EXPECT_EQ(verdict(remote(remote_)), "503 no_keys");
}

TEST_F(GateKeysByUrl, AnAnswerHasABound) {
  write_file(large_, std::string(300 * 1024, ' ') + remote_.jwks());
  start("/endless", "refresh=1s");
  EXPECT_TRUE(logs("larger than 256 KiB"));
  EXPECT_EQ(verdict(remote(remote_)), "503 no_keys");
}

TEST_F(GateKeysByUrl, ComeOverHttpsFromAServerWithAKnownCertificate) {
  start("/keys", "refresh=1s ca=" + certificate(), "https");
  EXPECT_TRUE(gate_.becomes(200, "/app/", remote(remote_)));
}

TEST_F(GateKeysByUrl, AreRefusedFromAServerWithAnUnknownCertificate) {
  start("/keys", "refresh=1s", "https");
  EXPECT_TRUE(logs("certificate problem"));
  EXPECT_EQ(verdict(remote(remote_)), "503 no_keys");
  EXPECT_EQ(fetches(), 0U);
}

}  // namespace
}  // namespace gatehouse::test
