// The link in a registration's mail, opened through nginx as a browser and a mail scanner would.
#include <gtest/gtest.h>

#include "test/e2e/person.hpp"
#include "test/e2e/shared_stack.hpp"

namespace gatehouse::test {
namespace {

HttpResponse press(const std::string& link, const std::string& answer) {
  return HttpRequest{.url = link,
                     .method = "POST",
                     .headers = {"Content-Type: application/x-www-form-urlencoded"},
                     .body = "answer=" + answer}
      .send();
}

TEST(LinkPage, ConfirmsByItsButtonAndNotByBeingOpened) {
  const Person person(shared_stack());
  ASSERT_EQ(person.try_register().status, 202);
  const std::string link = person.mailed_link();
  for (int i = 0; i < 2; ++i) {
    const HttpResponse page = HttpRequest{.url = link}.send();
    ASSERT_EQ(page.status, 200) << page.error;
    EXPECT_NE(page.body.find(person.username()), std::string::npos) << page.body;
    EXPECT_EQ(page.header("Referrer-Policy"), "no-referrer");
    EXPECT_EQ(person.try_log_in().status, 403);
  }
  EXPECT_EQ(press(link, "confirm").status, 200);
  EXPECT_EQ(status_of_app(shared_stack(), person.log_in()), 200);
  EXPECT_EQ(press(link, "confirm").status, 410);
}

TEST(LinkPage, TellsTheAddressAwayFromAnAccountOfSomebodyElse) {
  const Person person(shared_stack());
  ASSERT_EQ(person.try_register().status, 202);
  EXPECT_EQ(press(person.mailed_link(), "not_me").status, 200);
  EXPECT_EQ(person.try_log_in().status, 401);
}

TEST(LinkPage, OpensNoGate) {
  const Person person(shared_stack());
  ASSERT_EQ(person.try_register().status, 202);
  const std::string link = person.mailed_link();
  EXPECT_EQ(status_of_app(shared_stack(), {.access_token = link.substr(link.rfind('/') + 1)}), 401);
}

}  // namespace
}  // namespace gatehouse::test
