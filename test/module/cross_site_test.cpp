#include "module/cross_site.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace gatehouse::gate {
namespace {

const std::vector<std::string> kAllowed{"https://partner.example"};

bool forged(const Provenance& provenance) {
  return may_be_forged(provenance, "https://app.example", kAllowed);
}

TEST(CrossSite, ABrowserThatNamesOurOwnSiteIsBelieved) {
  EXPECT_FALSE(forged({.fetch_site = "same-origin"}));
  EXPECT_FALSE(forged({.fetch_site = "none"}));
  EXPECT_FALSE(forged({.fetch_site = "same-origin", .origin = "null"}));
}

TEST(CrossSite, AnotherSiteNeedsAnAllowedOrigin) {
  for (const char* site : {"cross-site", "same-site", "", "Same-Origin", "none, none"}) {
    EXPECT_TRUE(forged({.fetch_site = site})) << site;
    EXPECT_TRUE(forged({.fetch_site = site, .origin = "https://evil.example"})) << site;
    EXPECT_TRUE(forged({.fetch_site = site, .origin = "https://app.example"})) << site << " contradicts it";
    EXPECT_FALSE(forged({.fetch_site = site, .origin = "https://partner.example"})) << site;
  }
}

TEST(CrossSite, WithoutFetchMetadataTheOriginDecides) {
  EXPECT_FALSE(forged({.origin = "https://app.example"}));
  EXPECT_FALSE(forged({.origin = "https://partner.example"}));
  for (const char* origin : {"", "null", "http://app.example", "https://app.example:8443",
                             "https://app.example.", "https://app.example.evil.example",
                             "https://evil.example", "https://app.example, https://app.example"})
    EXPECT_TRUE(forged({.origin = origin})) << origin;
  EXPECT_TRUE(forged({})) << "nothing is said";
}

TEST(CrossSite, WithoutAHostThereIsNoOwnOrigin) {
  EXPECT_TRUE(may_be_forged({.origin = "null"}, "", {}));
}

TEST(CrossSite, SafeMethodsAreThoseThatAskForNoChange) {
  for (const char* method : {"GET", "HEAD", "OPTIONS"}) EXPECT_TRUE(is_safe_method(method)) << method;
  for (const char* method : {"POST", "PUT", "PATCH", "DELETE", "PROPFIND", "get", "", "ANY"})
    EXPECT_FALSE(is_safe_method(method)) << method;
}

TEST(CrossSite, AnOriginIsWrittenAsBrowsersDo) {
  for (const char* origin : {"https://a.example", "http://localhost:3000", "https://[::1]:8443",
                             "capacitor://localhost", "https://a.example:80"})
    EXPECT_EQ(fault_of_origin(origin), std::nullopt) << origin;
  for (const char* origin : {"", "a.example", "https://", "://a", "https://a.example/",
                             "https://a.example/path", "https://*.example", "https://a.example:443",
                             "http://a.example:80", "null", "https://u@a.example", "https://a.example?x"})
    EXPECT_NE(fault_of_origin(origin), std::nullopt) << origin;
}

}  // namespace
}  // namespace gatehouse::gate
