// A whole Gatehouse that sends its mail to an SMTP server, by TLS.
#include <gtest/gtest.h>

#include <regex>

#include "test/e2e/person.hpp"
#include "test/support/smtp_server.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::test {
namespace {

TEST(SmtpStack, MailsTheLinkByTlsAndTheLinkWorks) {
  const SmtpServer server({"starttls"});
  const Stack stack({{"GATEHOUSE__MAIL__TRANSPORT", "smtp"},
                     {"GATEHOUSE__MAIL__SMTP_URL", "smtp://" + server.address()},
                     {"GATEHOUSE__MAIL__SMTP_CA_FILE", server.certificate()}});
  const Person person(stack);
  ASSERT_EQ(person.try_register().status, 202);
  ASSERT_TRUE(wait_until([&] { return server.mails().size() == 1; }));
  const std::string mail = std::regex_replace(server.mails()[0], std::regex("=\r\n"), "");
  EXPECT_NE(mail.find("X-TLS: True"), std::string::npos) << mail;
  EXPECT_NE(mail.find("To: " + person.email()), std::string::npos) << mail;

  std::smatch link;
  ASSERT_TRUE(std::regex_search(mail, link, std::regex("\n(http[^\r\n]*/verify-email/[^\r\n]*)\r\n")))
      << mail;
  const HttpResponse page = HttpRequest{.url = link[1], .method = "POST", .body = "answer=confirm"}.send();
  EXPECT_EQ(page.status, 200) << page.body;
  EXPECT_EQ(person.try_log_in().status, 201);
}

}  // namespace
}  // namespace gatehouse::test
