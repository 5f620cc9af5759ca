// A thread beside nginx's event loop. It calls nothing of nginx; what it has to say waits in a queue for
// nginx's own thread to log.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace gatehouse::gate {

class Background {
 public:
  enum class Level { kNotice, kError };
  using Sink = std::function<void(Level, const std::string&)>;
  using Work = std::function<void(const std::stop_token&)>;

  // Waits for the end of the work.
  ~Background() = default;

  // `work` is to end when it is asked to stop; it may use this object.
  void start(Work work);
  // Asks the work to end; whether it did so within `patience`.
  bool stop(std::chrono::milliseconds patience);

  // For the work: pauses, shorter if it is to stop.
  void pause(const std::stop_token& stop, std::chrono::milliseconds duration);
  void say(Level level, std::string text);

  // Hands over what was said since the last call.
  void drain(const Sink& sink);

 private:
  std::mutex mutex_;
  std::vector<std::pair<Level, std::string>> said_;
  bool ended_ = false;
  std::condition_variable_any changed_;
  std::jthread thread_;  // the last member: it uses the others
};

}  // namespace gatehouse::gate
