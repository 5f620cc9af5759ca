#include "notify/message.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <set>

#include "notify/retry.hpp"
#include "notify/templates.hpp"
#include "test/support/process.hpp"

namespace gatehouse::notify {
namespace {

using testing::HasSubstr;

Letter letter() {
  return {.id = "id-1",
          .from = {.name = "Gatehouse", .address = "gate@example.org"},
          .to = "alice@example.org",
          .subject = "Hello",
          .body = "First line\nSecond line\n",
          .date = from_unix_seconds(1'795'170'910)};
}

// The lines of the header, and the body.
std::pair<std::string, std::string> parts_of(const Letter& letter) {
  const std::string text = compose(letter).value().text;
  const std::size_t end = text.find("\r\n\r\n");
  return {text.substr(0, end + 2), text.substr(end + 4)};
}

TEST(Message, HasTheHeadersOfTheRfcs) {
  const auto [header, body] = parts_of(letter());
  for (const char* line :
       {"Date: Fri, 20 Nov 2026 10:35:10 +0000\r\n", "Message-ID: <id-1@example.org>\r\n",
        "To: alice@example.org\r\n", "From: =?UTF-8?B?R2F0ZWhvdXNl?= <gate@example.org>\r\n",
        "Subject: Hello\r\n", "MIME-Version: 1.0\r\n", "Content-Type: text/plain; charset=utf-8\r\n",
        "Content-Transfer-Encoding: quoted-printable\r\n"})
    EXPECT_THAT(header, HasSubstr(line));
  EXPECT_EQ(body, "First line\r\nSecond line\r\n");
}

TEST(Message, LetsNoValueStartAnotherHeader) {
  for (const std::string bad : {"a\r\nBcc: x@y.org", "a\nb", "a\rb", "tab\there", "\xFF", "\xC2\x85"}) {
    Letter subject = letter();
    subject.subject = bad;
    EXPECT_FALSE(compose(subject)) << bad;
    Letter to = letter();
    to.to = bad;
    EXPECT_FALSE(compose(to)) << bad;
  }
  Letter nul = letter();
  nul.subject = std::string("a\0b", 3);
  EXPECT_FALSE(compose(nul));
}

TEST(Message, EncodesASubjectThatIsNotAscii) {
  Letter accented = letter();
  accented.subject =
      "Gr\xC3\xBC\xC3\x9F"
      "e";
  EXPECT_THAT(parts_of(accented).first, HasSubstr("Subject: =?UTF-8?B?R3LDvMOfZQ==?=\r\n"));
  Letter long_one = letter();
  long_one.subject.clear();
  for (int i = 0; i < 60; ++i) long_one.subject += "\xF0\x9F\x98\x80";
  const std::string header = parts_of(long_one).first;
  for (std::size_t from = 0; from < header.size();) {
    const std::size_t end = header.find("\r\n", from);
    EXPECT_LE(end - from, 78U + sizeof "Subject: ") << header.substr(from, end - from);
    from = end + 2;
  }
}

TEST(Message, QuotesWhatMailServersWouldChange) {
  Letter odd = letter();
  odd.body = "a=b\nends with a space \n\xC3\xA4\n.\n" + std::string(100, 'x') + "\n";
  const std::string body = parts_of(odd).second;
  EXPECT_EQ(body, "a=3Db\r\nends with a space=20\r\n=C3=A4\r\n.\r\n" + std::string(75, 'x') + "=\r\n" +
                      std::string(25, 'x') + "\r\n");
}

TEST(Message, LeavesOnlyToAnAddress) {
  for (const char* bad : {"", "nobody", "Alice <alice@example.org>", "alice@example.org, bob@example.org",
                          "alice@example.org> SIZE=1",
                          "b\xC3\xBC"
                          "cher@example.org"}) {
    Letter strange = letter();
    strange.to = bad;
    EXPECT_FALSE(compose(strange)) << bad;
  }
}

TEST(Message, IsSentByWhomBouncesGoTo) {
  EXPECT_EQ(compose(letter())->from, "gate@example.org");
  Letter bouncing = letter();
  bouncing.bounces_to = "bounces@example.org";
  EXPECT_EQ(compose(bouncing)->from, "bounces@example.org");
  EXPECT_THAT(compose(bouncing)->text, HasSubstr("<gate@example.org>\r\n"));
}

// The same byte, always.
class Fixed final : public Random {
 public:
  explicit Fixed(char byte) : byte_(byte) {}
  void fill(void* out, std::size_t size) override { std::memset(out, byte_, size); }

 private:
  char byte_;
};

TEST(Retry, WaitsTwiceAsLongEachTimeAndGivesUpAfterTheLast) {
  const Time now = from_unix_seconds(1'800'000'000);
  Fixed none(0);
  EXPECT_EQ(next_try(1, 30, now, none), now + std::chrono::seconds(10));
  EXPECT_EQ(next_try(2, 30, now, none), now + std::chrono::seconds(20));
  EXPECT_EQ(next_try(9, 30, now, none), now + std::chrono::seconds(2560));
  EXPECT_EQ(next_try(10, 30, now, none), now + std::chrono::hours(1));
  EXPECT_EQ(next_try(999, 1000, now, none), now + std::chrono::hours(1));
  EXPECT_FALSE(next_try(30, 30, now, none));
  EXPECT_FALSE(next_try(1, 1, now, none));
}

TEST(Retry, TakesARandomPartOfUpToAQuarterOff) {
  const Time now = from_unix_seconds(1'800'000'000);
  std::set<Time> seen;
  for (int i = 0; i < 100; ++i) {
    const Time next = next_try(3, 30, now, system_random()).value();
    EXPECT_LE(next, now + std::chrono::seconds(40));
    EXPECT_GE(next, now + std::chrono::seconds(30));
    seen.insert(next);
  }
  EXPECT_GT(seen.size(), 50U);
}

TEST(Templates, OfTheSourceTreeSayWhatTheyMust) {
  const Templates templates("src/notify/templates");
  const auto verify = templates.render("verify_email", {{"username", "alice"},
                                                        {"code", "012345"},
                                                        {"link", "https://example.org/x"},
                                                        {"lifetime", "10 minutes"}});
  ASSERT_TRUE(verify);
  EXPECT_THAT(verify->body, HasSubstr("\n012345\n")) << "the code has a line of its own";
  EXPECT_THAT(verify->body, HasSubstr("\nhttps://example.org/x\n")) << "and so has the link";
  EXPECT_THAT(verify->body, HasSubstr("alice"));
  EXPECT_THAT(verify->body, HasSubstr("10 minutes"));
  EXPECT_EQ(verify->subject.find('\n'), std::string::npos);
  const auto known = templates.render("already_registered", {{"username", "alice"}});
  ASSERT_TRUE(known);
  EXPECT_THAT(known->body, HasSubstr("alice"));
  EXPECT_FALSE(templates.render("no_such_mail", {}));
}

TEST(Templates, EscapeNothingInAText) {
  const test::TempDir folder;
  ASSERT_EQ(mkdir((folder / "en").c_str(), 0755), 0);
  test::write_file(folder / "en/a.subject", "{{x}}\n");
  test::write_file(folder / "en/a.txt", "{{x}} {{missing}}.\n");
  const auto rendered = Templates(folder.path()).render("a", {{"x", "O'Hara & <b>"}});
  EXPECT_EQ(rendered->subject, "O'Hara & <b>");
  EXPECT_EQ(rendered->body, "O'Hara & <b> .\n");
}

TEST(Templates, ThatAreBrokenAreNoticedAtTheStart) {
  const test::TempDir folder;
  EXPECT_ANY_THROW(Templates{folder.path()});
  ASSERT_EQ(mkdir((folder / "en").c_str(), 0755), 0);
  EXPECT_ANY_THROW(Templates{folder.path()}) << "none at all";
  test::write_file(folder / "en/a.txt", "text");
  EXPECT_ANY_THROW(Templates{folder.path()}) << "no subject";
  test::write_file(folder / "en/a.subject", "{{#never closed}}");
  EXPECT_ANY_THROW(Templates{folder.path()}) << "no mustache";
}

}  // namespace
}  // namespace gatehouse::notify
