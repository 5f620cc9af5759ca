// Keeps the board's keys equal to what the issuers publish, in a thread of its own: a fetch may take seconds,
// and no block must wait for it. Whatever cannot be read leaves the keys as they are.
#pragma once

#include <string>
#include <vector>

#include "module/background.hpp"
#include "module/key_board.hpp"
#include "module/key_file.hpp"
#include "module/key_schedule.hpp"
#include "module/key_source.hpp"

namespace gatehouse::gate {

class KeyFeed {
 public:
  struct Watched {
    std::string issuer;  // its name, for the log
    KeySource source;
    KeyBoard::Place place;
  };

  // Starts the thread. It ends when another feed has taken over the board, or when it is stopped.
  KeyFeed(const std::vector<Watched>& watched, KeyBoard& board);

  bool stop(std::chrono::milliseconds patience) { return background_.stop(patience); }
  void drain(const Background::Sink& sink) { background_.drain(sink); }

 private:
  struct Feed {
    explicit Feed(const Watched& what)
        : watched(what), file(what.source.file), schedule(what.source.refresh) {}

    Watched watched;
    KeyFile file;
    KeySchedule schedule;
    std::string text;     // of the keys that are published
    std::string trouble;  // what is wrong, empty if nothing
    bool said = false;
  };

  void run(const std::stop_token& stop) noexcept;
  void look_at_files(const std::stop_token& stop);
  void look(Feed& feed, const std::stop_token& stop);
  void look_at_file(Feed& feed);
  void look_at_url(Feed& feed, const std::stop_token& stop);
  bool publish(Feed& feed, const std::string& text);
  void complain(Feed& feed, const std::string& trouble);

  KeyBoard& board_;
  const std::uint64_t generation_;
  std::vector<Feed> feeds_;
  Background background_;  // the last member: its thread uses the others
};

}  // namespace gatehouse::gate
