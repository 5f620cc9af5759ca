#include "test/support/http2_connection.hpp"

#include <algorithm>
#include <cctype>

namespace gatehouse::test {
namespace {

constexpr std::uint8_t kData = 0, kHeaders = 1, kResetStream = 3, kSettings = 4, kPing = 6, kWindowUpdate = 8;
constexpr std::uint8_t kEndStream = 1, kAck = 1, kEndHeaders = 4;
constexpr std::size_t kFrameHead = 9;
constexpr char kStatus200 = '\x88';  // RFC 7541 appendix A

std::string big_endian(std::uint32_t number, int bytes) {
  std::string out;
  while (bytes-- > 0) out += static_cast<char>(number >> (8 * bytes));
  return out;
}

std::uint32_t number_in(std::string_view bytes) {
  std::uint32_t number = 0;
  for (const char c : bytes) number = number << 8 | static_cast<unsigned char>(c);
  return number;
}

// RFC 7541 section 5.2, as it stands.
std::string literal(std::string_view text) {
  constexpr std::size_t kPrefix = 127;
  std::string out(1, static_cast<char>(std::min(text.size(), kPrefix)));
  if (text.size() >= kPrefix) {
    std::size_t rest = text.size() - kPrefix;
    for (; rest >= 128; rest /= 128) out += static_cast<char>(rest % 128 + 128);
    out += static_cast<char>(rest);
  }
  return out.append(text);
}

// RFC 7541 section 6.2.2: without indexing, with a new name.
std::string field(std::string name, std::string_view value) {
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
  return std::string(1, '\0') + literal(name) + literal(value);
}

}  // namespace

Http2Connection::Http2Connection(const std::string& socket) : connection_(socket) {
  connection_.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  send(kSettings, 0, 0, "");
  send(kWindowUpdate, 0, 0, big_endian(1U << 30, 4));
}

const Http2Connection::Stream& Http2Connection::open(const std::string& path,
                                                     const std::vector<std::string>& headers) {
  const std::uint32_t id = next_;
  next_ += 2;
  std::string fields = field(":method", "GET") + field(":scheme", "http") + field(":authority", "localhost") +
                       field(":path", path);
  for (const std::string& header : headers) {
    const std::size_t colon = header.find(": ");
    fields += field(header.substr(0, colon), std::string_view(header).substr(colon + 2));
  }
  send(kHeaders, kEndStream | kEndHeaders, id, fields);
  return streams_[id];
}

bool Http2Connection::run_until(const std::function<bool()>& condition) {
  return wait_until([&] {
    received_ += connection_.receive("", std::chrono::milliseconds(5));
    hear();
    return condition();
  });
}

void Http2Connection::send(std::uint8_t type, std::uint8_t flags, std::uint32_t stream,
                           const std::string& payload) {
  connection_.send(big_endian(static_cast<std::uint32_t>(payload.size()), 3) + static_cast<char>(type) +
                   static_cast<char>(flags) + big_endian(stream, 4) + payload);
}

void Http2Connection::hear() {
  while (received_.size() >= kFrameHead) {
    const std::string_view head = std::string_view(received_).substr(0, kFrameHead);
    const std::size_t size = number_in(head.substr(0, 3));
    if (received_.size() < kFrameHead + size) return;
    hear(static_cast<std::uint8_t>(head[3]), static_cast<std::uint8_t>(head[4]), number_in(head.substr(5)),
         std::string_view(received_).substr(kFrameHead, size));
    received_.erase(0, kFrameHead + size);
  }
}

void Http2Connection::hear(std::uint8_t type, std::uint8_t flags, std::uint32_t stream,
                           std::string_view payload) {
  if (type == kSettings && (flags & kAck) == 0) send(kSettings, kAck, 0, "");
  if (type == kPing && (flags & kAck) == 0) send(kPing, kAck, 0, std::string(payload));
  const auto found = streams_.find(stream);
  if (found == streams_.end()) return;
  Stream& heard = found->second;
  if (type == kHeaders) heard.ok = payload.starts_with(kStatus200);
  if (type == kData) heard.received += payload.size();
  if (type == kResetStream) heard.reset = true;
  if ((type == kData || type == kHeaders) && (flags & kEndStream) != 0) heard.ended = true;
}

}  // namespace gatehouse::test
