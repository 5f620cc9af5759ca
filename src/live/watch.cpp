#include "live/watch.hpp"

#include <poll.h>

#include <array>
#include <cerrno>
#include <utility>

#include "base/hex.hpp"
#include "contract/keys.hpp"

namespace gatehouse::live {
namespace {

constexpr std::chrono::seconds kPatience{1};
constexpr const char* kInvalidations = "__redis__:invalidate";

}  // namespace

// The order matters: nobody can redirect to a connection that is not subscribed yet.
Watch::Watch(const Server& server, Random& random)
    : redis_(server, Deadline(kPatience)),
      subscriber_(server, Deadline(kPatience)),
      channel_("gatehouse:keeper:" + to_hex(random.bytes(8))) {
  const std::string id = std::to_string(subscriber_.command({"CLIENT", "ID"}).number());
  subscriber_.append({"SUBSCRIBE", kInvalidations, channel_});
  subscriber_.reply();
  subscriber_.reply();
  redis_.command({"CLIENT", "TRACKING", "ON", "REDIRECT", id, "BCAST", "PREFIX",
                  std::string(contract::kBlockPrefix), "PREFIX", std::string(contract::kReadyKey), "NOLOOP"});
}

Watch::News Watch::wait(int interrupt, std::chrono::milliseconds patience) {
  std::array<pollfd, 2> waiting{{{.fd = subscriber_.descriptor(), .events = POLLIN, .revents = 0},
                                 {.fd = interrupt, .events = POLLIN, .revents = 0}}};
  const int readable = poll(waiting.data(), waiting.size(), static_cast<int>(patience.count()));
  if (readable < 0 && errno != EINTR) throw RedisError("Redis: poll failed");
  News news;
  if (readable <= 0 || waiting[0].revents == 0) return news;
  subscriber_.receive();
  while (const std::optional<Reply> push = subscriber_.next_pushed()) take_in(*push, news);
  return news;
}

// ["message", <channel>, <payload>]; an invalidation's payload is an array of keys, or nil for all.
void Watch::take_in(const Reply& push, News& news) {
  const std::vector<Reply>& parts = push.array();
  if (parts.size() != 3 || parts[0].text != "message") return;
  if (parts[1].text == channel_) {
    awaiting_beat_ = false;
    return;
  }
  if (parts[2].kind == Reply::Kind::kNil) {
    news.everything = true;
    return;
  }
  for (const Reply& name : parts[2].array()) {
    if (name.text == contract::kReadyKey) news.ready = true;
    if (auto key = accounts::BlockKey::parse(name.text)) news.keys.push_back(std::move(*key));
  }
}

void Watch::beat() {
  if (std::exchange(awaiting_beat_, true)) throw RedisError("Redis: our own message did not come back");
  redis_.set_deadline(Deadline(kPatience));
  redis_.command({"PUBLISH", channel_, "beat"});
}

}  // namespace gatehouse::live
