#include "module/metrics.hpp"

#include <array>
#include <cstdio>

#include "module/status.hpp"

namespace gatehouse::gate {
namespace {

class Page {
 public:
  void family(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    text_.append("# HELP gatehouse_").append(name).append(" ").append(help).append("\n");
    text_.append("# TYPE gatehouse_").append(name).append(" ").append(type).append("\n");
  }
  void sample(std::uint64_t value, const std::string& labels = "") { line(labels, std::to_string(value)); }
  void seconds(Monotonic milliseconds) {
    std::array<char, 32> digits;
    const int size =
        std::snprintf(digits.data(), digits.size(), "%.3f", static_cast<double>(milliseconds) / 1000);
    line("", std::string(digits.data(), static_cast<std::size_t>(size)));
  }
  void counter(std::string_view name, std::string_view help, std::uint64_t value) {
    family(name, "counter", help);
    sample(value);
  }
  void gauge(std::string_view name, std::string_view help, std::uint64_t value) {
    family(name, "gauge", help);
    sample(value);
  }
  std::string text() && { return std::move(text_); }

 private:
  void line(const std::string& labels, const std::string& value) {
    text_.append("gatehouse_").append(name_).append(labels).append(" ").append(value).append("\n");
  }

  std::string text_;
  std::string name_;
};

void add_verdicts(Page& page, const Shared& shared) {
  page.family("decisions_total", "counter", "Verdicts on requests and subrequests, counted when these end.");
  for (std::size_t i = 0; i < kVerdicts; ++i) {
    const std::uint64_t count = shared.verdicts.value(i);
    if (count == 0) continue;
    const Verdict verdict = verdict_at(i);
    page.sample(count, "{status=\"" + std::string(name(verdict)) + "\",answer=\"" +
                           std::to_string(http_status(verdict.status)) + "\"}");
  }
}

void add_events(Page& page, const EventRing& events) {
  page.counter("events_total", "Events that found room in the zone.", events.pushed());
  page.counter("events_dropped_total", "Events that found no room, or whose worker died.", events.dropped());
  page.gauge("events_waiting", "Events that Redis has not acknowledged yet.", events.waiting());
}

void add_replica(Page& page, Shared& shared, Monotonic now) {
  const BlockTable blocks = shared.blocks();
  const bool complete = shared.complete.load(std::memory_order_acquire);
  page.gauge("blocks", "Blocks in the zone.", blocks.size());
  page.gauge("blocks_capacity", "Blocks that the zone has room for.", blocks.capacity());
  page.counter("blocks_dropped_total", "Blocks that found no room.", shared.dropped.load());
  page.gauge("zone_full", "1 while not every block has room, and every token is refused.",
             shared.overflow.load() ? 1 : 0);
  page.gauge("replica_complete", "1 once a complete set of blocks was read.", complete ? 1 : 0);
  page.gauge("replica_epoch", "The epoch of the last complete set.",
             static_cast<std::uint64_t>(shared.epoch.load()));
  page.counter("links_total", "Connections that were made to Redis.", shared.generation.load());
  if (!complete) return;
  page.family("replica_age_seconds", "gauge", "Since when the set of blocks is not known to be current.");
  page.seconds(now - shared.confirmed_at.load(std::memory_order_acquire));
  page.family("replica_lag_seconds", "gauge", "How long the last message took from Redis to the gate.");
  page.seconds(shared.lag.load());
}

}  // namespace

std::string metrics_text(Shared& shared, Monotonic now) {
  Page page;
  add_verdicts(page, shared);
  page.counter("dry_run_refusals_total", "Verdicts that gatehouse_dry_run did not enforce.",
               shared.spared.value());
  page.counter("closed_total", "Running requests that were closed because of a block or their token's end.",
               shared.closed.value());
  page.counter("token_cache_hits_total", "Tokens that had been verified before.", shared.cache_hits.value());
  page.counter("token_cache_misses_total", "Tokens whose signature was verified.",
               shared.cache_misses.value());
  add_events(page, shared.events());
  add_replica(page, shared, now);
  return std::move(page).text();
}

}  // namespace gatehouse::gate
