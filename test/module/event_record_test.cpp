#include "module/event_record.hpp"

#include <gtest/gtest.h>

#include "module/event_ring.hpp"

namespace gatehouse::gate {
namespace {

const GateEvent kEvent{.at = 1'700'000'000'123,
                       .verdict = {Status::kBadToken, jose::Error::kExpired},
                       .enforced = false,
                       .request_id = "5e2c",
                       .ip = "192.0.2.7",
                       .user = "u1",
                       .session = "s1",
                       .device = "d1",
                       .token_id = "t1",
                       .method = "GET",
                       .path = "/app/",
                       .user_agent = std::string_view("curl\0\xff", 6)};

TEST(EventRecord, GivesBackWhatItWasMadeOf) {
  const std::string record = encode(kEvent);
  const std::optional<GateEvent> event = decode(record);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->at, kEvent.at);
  EXPECT_EQ(name(event->verdict), "expired");
  EXPECT_FALSE(event->enforced);
  EXPECT_EQ(event->request_id, kEvent.request_id);
  EXPECT_EQ(event->ip, kEvent.ip);
  EXPECT_EQ(event->user, kEvent.user);
  EXPECT_EQ(event->session, kEvent.session);
  EXPECT_EQ(event->device, kEvent.device);
  EXPECT_EQ(event->token_id, kEvent.token_id);
  EXPECT_EQ(event->method, kEvent.method);
  EXPECT_EQ(event->path, kEvent.path);
  EXPECT_EQ(event->user_agent, kEvent.user_agent);
}

TEST(EventRecord, CutsWhatIsTooLongAndKeepsWhoItWas) {
  const std::string sub(255, 'u');
  const std::string id(128, 'i');
  const std::string endless(100'000, 'x');
  for (const std::string& path : {std::string("/short"), endless}) {
    for (const std::string& agent : {std::string("short"), endless}) {
      GateEvent event = kEvent;
      event.user = sub;
      event.session = event.device = event.token_id = id;
      event.method = endless;
      event.path = path;
      event.user_agent = agent;
      const std::string record = encode(event);
      EXPECT_LE(record.size(), EventRing::kMaxRecordSize);
      const std::optional<GateEvent> cut = decode(record);
      ASSERT_TRUE(cut);
      EXPECT_EQ(cut->user, sub);
      EXPECT_EQ(cut->session, id);
      EXPECT_EQ(cut->token_id, id);
      EXPECT_TRUE(path.starts_with(cut->path));
      EXPECT_GE(cut->path.size(), std::min<std::size_t>(path.size(), 80));
      EXPECT_GE(cut->user_agent.size(), std::min<std::size_t>(agent.size(), 80));
    }
  }
}

TEST(EventRecord, IsNotReadFromAnythingElse) {
  const std::string record = encode(kEvent);
  for (std::size_t size = 0; size < record.size(); ++size)
    EXPECT_FALSE(decode(record.substr(0, size))) << size;
  EXPECT_FALSE(decode(record + 'x'));
  std::string other = record;
  other[8] = '\xff';
  EXPECT_FALSE(decode(other)) << "an unknown verdict";
}

}  // namespace
}  // namespace gatehouse::gate
