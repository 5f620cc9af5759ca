// Leaves each message as <id>.eml in a directory: for development and tests.
#pragma once

#include <string>

#include "notify/transport.hpp"

namespace gatehouse::notify {

class DirectoryTransport final : public Transport {
 public:
  // The directory exists and is writable.
  explicit DirectoryTransport(std::string directory) : directory_(std::move(directory)) {}
  Result<void, SendError> send(const Message& message) override;

 private:
  std::string directory_;
};

}  // namespace gatehouse::notify
