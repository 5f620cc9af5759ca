#include "base/mailbox.hpp"

#include <gtest/gtest.h>

namespace gatehouse {
namespace {

TEST(Mailbox, IsAnAddressWithOrWithoutAName) {
  EXPECT_EQ(Mailbox::parse("a@b.org")->address, "a@b.org");
  EXPECT_EQ(Mailbox::parse("a@b.org")->name, "");
  EXPECT_EQ(Mailbox::parse("The Gate <a@b.org>")->name, "The Gate");
  EXPECT_EQ(Mailbox::parse("The Gate <a@b.org>")->address, "a@b.org");
  EXPECT_EQ(Mailbox::parse("B\xC3\xBC"
                           "cher <a@b.org>")
                ->name,
            "B\xC3\xBC"
            "cher");
  EXPECT_EQ(Mailbox::parse("gatehouse@localhost")->address, "gatehouse@localhost");
}

TEST(Mailbox, IsNothingElse) {
  for (const char* bad : {"", "a", "@b", "a@", "a b@c.org", "x <a@b.org", "x <a@b.org> y", "<>", "a@b@c",
                          "a@b.org, c@d.org", "a@b.org\r\nBcc: c@d.org", "x\ny <a@b.org>", "x\x7F <a@b.org>",
                          "x\xFF <a@b.org>", "x\xC2\x85 <a@b.org>",
                          "b\xC3\xBC"
                          "cher@b.org",
                          "\"a\"@b.org"})
    EXPECT_FALSE(Mailbox::parse(bad)) << bad;
}

}  // namespace
}  // namespace gatehouse
