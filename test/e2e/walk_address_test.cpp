// A blocked address through the whole system: refused by the gate and by the daemon, in whatever way the
// block came.

#include <gtest/gtest.h>

#include "test/e2e/person.hpp"
#include "test/e2e/shared_stack.hpp"
#include "test/support/wait.hpp"

namespace gatehouse::test {
namespace {

class WalkAddress : public testing::Test {
 protected:
  ~WalkAddress() override {
    // Every other test comes from this address, too.
    for (const char* key : {"127.0.0.1", "127.0.0.0/8"}) unblock(key);
    EXPECT_TRUE(wait_until([&] { return active().empty(); }));
  }
  void block(const std::string& network) { stack_.redis("SET gatehouse:block:ip:" + network + " flood"); }
  void unblock(const std::string& network) { stack_.redis("DEL gatehouse:block:ip:" + network); }
  std::string active() {
    return stack_.sql("SELECT subject FROM block WHERE kind = 'ip' AND lifted_at IS NULL");
  }

  Stack& stack_ = shared_stack();
  const Person person_{stack_};
};

TEST_F(WalkAddress, IsRefusedEverywhereUntilTheBlockIsLifted) {
  person_.become_verified();
  const Login login = person_.log_in();
  for (const std::string network : {"127.0.0.1", "127.0.0.0/8"}) {
    block(network);
    ASSERT_TRUE(wait_until([&] { return status_of_app(stack_, login) == 403; })) << network;
    ASSERT_TRUE(wait_until([&] { return active() == network; })) << active();
    EXPECT_EQ(member(HttpRequest{.url = stack_.url("/app/")}.send().body, "code"), "ip_blocked");
    for (const HttpResponse& refused :
         {person_.try_log_in(), Person(stack_).try_register(),
          HttpRequest{.url = stack_.api("/account"), .headers = {login.bearer()}}.send(),
          json_request("POST", stack_.api("/tokens/refresh"),
                       R"({"refresh_token":")" + login.refresh_token + R"("})")
              .send()}) {
      EXPECT_EQ(refused.status, 403) << network;
      EXPECT_EQ(member(refused.body, "code"), "ip_blocked") << network;
    }
    unblock(network);
    EXPECT_TRUE(wait_until([&] { return status_of_app(stack_, login) == 200; })) << network;
    EXPECT_TRUE(wait_until([&] { return active().empty(); })) << network;
    EXPECT_EQ(person_.try_log_in().status, 201) << network;
  }
}

}  // namespace
}  // namespace gatehouse::test
