// Several requests at once on one connection of HTTP/2 (RFC 9113), by prior knowledge; libcurl 7.88 lets the
// second one wait for the first.
//
//   Http2Connection connection(socket);
//   const auto& one = connection.open("/events/", {"Authorization: Bearer …"});
//   connection.run_until([&] { return one.received > 0; });
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "test/support/raw_connection.hpp"

namespace gatehouse::test {

class Http2Connection {
 public:
  struct Stream {
    bool ok = false;           // the status is 200
    std::size_t received = 0;  // bytes of the body
    bool ended = false;        // to the end
    bool reset = false;        // or cut
  };

  explicit Http2Connection(const std::string& socket);

  // A GET; it lives as long as the connection.
  const Stream& open(const std::string& path, const std::vector<std::string>& headers);
  // Hears what the server says; whether `condition` became true before the deadline.
  bool run_until(const std::function<bool()>& condition);

 private:
  void send(std::uint8_t type, std::uint8_t flags, std::uint32_t stream, const std::string& payload);
  // Takes the frames that are whole from what was received.
  void hear();
  void hear(std::uint8_t type, std::uint8_t flags, std::uint32_t stream, std::string_view payload);

  RawConnection connection_;
  std::string received_;
  std::map<std::uint32_t, Stream> streams_;
  std::uint32_t next_ = 1;
};

}  // namespace gatehouse::test
