// A request and its response as plain values: what handlers see, without any of the transport.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gatehouse::http {

// Header fields in their order; names are compared without case (RFC 9110 section 5.1).
class Headers {
 public:
  struct Field {
    std::string name;
    std::string value;
  };

  Headers() = default;
  Headers(std::initializer_list<Field> fields) : fields_(fields) {}

  void add(std::string name, std::string value) { fields_.push_back({std::move(name), std::move(value)}); }
  // Replaces all fields of that name.
  void set(std::string_view name, std::string value);

  std::size_t count(std::string_view name) const;
  // The value, if the field is there exactly once: of two, proxies and servers disagree on which to believe.
  std::optional<std::string_view> only(std::string_view name) const;

  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }

 private:
  std::vector<Field> fields_;
};

// Who opened the connection.
struct Peer {
  bool unix_socket = false;
  std::string address;  // an IP address; empty on a unix socket
};

struct Request {
  std::string method;
  std::string target;  // as sent
  std::string version;
  Headers headers;
  std::string body;
  Peer peer;

  // The target in front of its "?", not decoded.
  std::string_view path() const { return std::string_view(target).substr(0, target.find('?')); }
};

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
};

// Answers one request; callable from any thread, once.
using Reply = std::function<void(Response)>;
using Handler = std::function<void(Request, Reply)>;

}  // namespace gatehouse::http
