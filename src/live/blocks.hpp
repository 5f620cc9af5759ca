// The blocks in Redis for the use cases: each call answers within 250 ms, with "dark" as one of the answers.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "accounts/ports.hpp"
#include "live/server.hpp"

namespace gatehouse::live {

class RedisBlocks final : public accounts::LiveBlocks {
 public:
  static constexpr std::chrono::milliseconds kPatience{250};

  explicit RedisBlocks(Server server);
  ~RedisBlocks() override;

  std::optional<Acknowledged> publish(const accounts::BlockKey& key, const std::string& value,
                                      std::optional<Duration> life) override;
  std::optional<Acknowledged> withdraw(const accounts::BlockKey& key,
                                       const std::optional<std::string>& value) override;
  Later<std::optional<Values>> ask(const std::vector<accounts::BlockKey>& keys) override;

 private:
  class Connections;
  std::unique_ptr<Connections> connections_;
};

}  // namespace gatehouse::live
