#include "module/event_feed.hpp"

#include <algorithm>
#include <vector>

#include "base/text.hpp"
#include "contract/gate_event.hpp"
#include "contract/keys.hpp"
#include "module/event_record.hpp"

namespace gatehouse::gate {
namespace {

using namespace std::chrono_literals;

constexpr auto kTimeout = 2s;
constexpr std::size_t kBatch = 256;
// A waking thread a hundred times a second costs less than workers that wake it.
constexpr auto kIdle = 10ms;
constexpr std::chrono::milliseconds kLastRetry = 1s;

// Names and values, without the empty ones.
std::vector<std::string> fields_of(const GateEvent& event, const std::string& id) {
  std::vector<std::string> fields;
  const auto add = [&](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    fields.emplace_back(name);
    fields.push_back(printable(value, EventRing::kMaxRecordSize));
  };
  add(contract::kEventId, id);
  add(contract::kEventTime, std::to_string(event.at));
  add(contract::kEventStatus, name(event.verdict));
  add(contract::kEventAnswer, std::to_string(http_status(event.verdict.status)));
  add(contract::kEventDryRun, event.enforced ? "" : "1");
  add(contract::kEventRequest, event.request_id);
  add(contract::kEventIp, event.ip);
  add(contract::kEventUser, event.user);
  add(contract::kEventSession, event.session);
  add(contract::kEventDevice, event.device);
  add(contract::kEventToken, event.token_id);
  add(contract::kEventMethod, event.method);
  add(contract::kEventPath, event.path);
  add(contract::kEventAgent, event.user_agent);
  return fields;
}

}  // namespace

EventFeed::EventFeed(const RedisOptions& options, Shared& shared)
    : options_(options),
      limit_(std::to_string(options.events)),
      shared_(shared),
      reader_(shared.events_memory()) {
  background_.start([this](const std::stop_token& stop) { run(stop); });
}

void EventFeed::run(const std::stop_token& stop) noexcept {
  std::chrono::milliseconds retry = 50ms;
  bool said_why = false;
  while (!stop.stop_requested()) {
    try {
      RedisConnection redis(options_, kTimeout, stop);
      while (!stop.stop_requested()) {
        carry(redis, stop);
        retry = 50ms;
        said_why = false;
      }
    } catch (const std::exception& error) {
      if (stop.stop_requested()) return;
      if (!said_why)
        background_.say(Background::Level::kError,
                        "events are not leaving for Redis at " + options_.endpoint.str() + ": " +
                            error.what() +
                            "; they wait in the zone, and are dropped when it has no room, trying again");
      said_why = true;
      background_.pause(stop, retry);
      retry = std::min(retry * 2, kLastRetry);
    }
  }
}

// One batch, or a pause. The lock is for the moment of a reload, when the helper before still runs.
void EventFeed::carry(RedisConnection& redis, const std::stop_token& stop) {
  if (const EventLock lock(shared_); lock) {
    const std::vector<EventReader::Record> records = reader_.read(kBatch, monotonic_now());
    const auto added =
        std::ranges::count_if(records, [&](const EventReader::Record& record) { return add(redis, record); });
    for (auto i = added; i > 0; --i) (void)redis.reply().text();
    if (!records.empty()) reader_.release(records.back().position);
    if (records.size() == kBatch) return;
  }
  background_.pause(stop, kIdle);
}

// Whether there was something to add.
bool EventFeed::add(RedisConnection& redis, const EventReader::Record& record) const {
  const std::optional<GateEvent> event = decode(record.bytes);
  if (!event) return false;
  const std::vector<std::string> fields =
      fields_of(*event, shared_.name() + '-' + std::to_string(record.position));
  std::vector<std::string_view> words{"XADD", contract::kEventStream, "MAXLEN", "~", limit_, "*"};
  words.insert(words.end(), fields.begin(), fields.end());
  redis.append(words);
  return true;
}

}  // namespace gatehouse::gate
