#include "module/key_feed.hpp"

#include <exception>

#include "jose/jwks.hpp"
#include "module/key_fetch.hpp"

namespace gatehouse::gate {
namespace {

using namespace std::chrono_literals;

constexpr auto kInterval = 200ms;

KeySchedule::Seconds now() {
  return std::chrono::steady_clock::now().time_since_epoch();
}

}  // namespace

KeyFeed::KeyFeed(const std::vector<Watched>& watched, KeyBoard& board)
    : board_(board), generation_(board.take_over()), feeds_(watched.begin(), watched.end()) {
  background_.start([this](const std::stop_token& stop) { run(stop); });
}

void KeyFeed::run(const std::stop_token& stop) noexcept {
  while (!stop.stop_requested() && !board_.is_superseded(generation_)) {
    for (Feed& feed : feeds_) {
      if (!feed.watched.source.is_url()) continue;
      look_at_files(stop);
      look(feed, stop);
    }
    look_at_files(stop);
    background_.pause(stop, kInterval);
  }
}

// A fetch may take seconds, which the removal of a key from a file must not wait for more than once.
void KeyFeed::look_at_files(const std::stop_token& stop) {
  for (Feed& feed : feeds_)
    if (!feed.watched.source.is_url()) look(feed, stop);
}

void KeyFeed::look(Feed& feed, const std::stop_token& stop) {
  try {
    feed.watched.source.is_url() ? look_at_url(feed, stop) : look_at_file(feed);
  } catch (const std::exception& error) {
    complain(feed, error.what());
  }
}

void KeyFeed::look_at_file(Feed& feed) {
  const std::optional<Result<std::string, std::string>> text = feed.file.read_if_changed();
  if (!text) return;
  if (!*text) return complain(feed, text->error());
  if (publish(feed, **text)) feed.file.accept();
}

void KeyFeed::look_at_url(Feed& feed, const std::stop_token& stop) {
  if (board_.was_asked(feed.watched.place)) feed.schedule.key_is_unknown();
  if (!feed.schedule.is_due(now())) return;
  const Result<FetchedKeys, std::string> fetched = fetch_keys(feed.watched.source, stop);
  if (stop.stop_requested()) return;
  if (fetched && publish(feed, fetched->text)) return feed.schedule.succeeded(now(), fetched->max_age);
  feed.schedule.failed(now());
  if (!fetched) complain(feed, fetched.error());
}

bool KeyFeed::publish(Feed& feed, const std::string& text) {
  const Result<jose::KeySet, jose::Error> keys = jose::KeySet::parse(text);
  if (!keys) {
    complain(feed, "no usable set of keys (" + std::string(jose::name(keys.error())) + ")");
    return false;
  }
  const std::string canonical = keys->jwks();
  if (!board_.publish(feed.watched.place, generation_, canonical)) {
    complain(feed, "more keys than the gate keeps");
    return false;
  }
  if (canonical != feed.text)
    background_.say(Background::Level::kNotice, "the issuer \"" + feed.watched.issuer + "\" has " +
                                                    std::to_string(keys->keys().size()) + " key(s) in " +
                                                    feed.watched.source.location());
  feed.text = canonical;
  feed.trouble.clear();
  feed.said = false;
  return true;
}

// Once for each trouble, and not for one that is over at the next look: a file may be caught half-written.
// What goes wrong with a url is one trouble, since libcurl's words tell times.
void KeyFeed::complain(Feed& feed, const std::string& trouble) {
  const bool lasts = feed.watched.source.is_url() ? !feed.trouble.empty() : feed.trouble == trouble;
  if (!lasts) feed.said = false;
  feed.trouble = trouble;
  if (!lasts || feed.said) return;
  feed.said = true;
  background_.say(Background::Level::kError, "the keys of the issuer \"" + feed.watched.issuer +
                                                 "\" cannot be read from " + feed.watched.source.location() +
                                                 ": " + trouble +
                                                 "; the gate goes on with those it has, trying again");
}

}  // namespace gatehouse::gate
