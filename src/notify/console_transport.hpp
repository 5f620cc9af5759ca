// Prints each message on standard output, readable as it is: for development.
#pragma once

#include "notify/transport.hpp"

namespace gatehouse::notify {

class ConsoleTransport final : public Transport {
 public:
  Result<void, SendError> send(const Message& message) override;
};

}  // namespace gatehouse::notify
