#include "http/server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <spdlog/spdlog.h>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <csignal>
#include <list>
#include <utility>

#include "http/listener.hpp"
#include "http/problem.hpp"

namespace gatehouse::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace wire = boost::beast::http;

using boost::system::error_code;
using std::chrono::milliseconds;
// TCP and unix sockets alike, so that the costly templates are instantiated once.
using Protocol = asio::generic::stream_protocol;
using Acceptor = asio::basic_socket_acceptor<Protocol>;
using Stream = beast::basic_stream<Protocol>;
using Parser = wire::request_parser<wire::string_body>;

constexpr milliseconds kAcceptPause{100};
// After an early refusal the client may still be sending; closing at once would reset the connection and
// could take the answer with it.
constexpr milliseconds kLinger{2'000};

auto into(error_code& error) {
  return asio::redirect_error(asio::use_awaitable, error);
}

Peer peer_of(const Protocol::endpoint& endpoint) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const sockaddr* address = endpoint.data();
  const void* bytes = nullptr;
  int family = address->sa_family;
  if (family == AF_INET) {
    bytes = &reinterpret_cast<const sockaddr_in*>(address)->sin_addr;
  } else if (family == AF_INET6) {
    const in6_addr& v6 = reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
    bytes = &v6;
    if (IN6_IS_ADDR_V4MAPPED(&v6)) {
      family = AF_INET;
      bytes = v6.s6_addr + 12;
    }
  } else {
    return {.unix_socket = true, .address = {}};
  }
  return {.unix_socket = false, .address = inet_ntop(family, bytes, text.data(), text.size())};
}

Request request_of(const Parser::value_type& message, const Peer& peer) {
  Request request{.method = std::string(message.method_string()),
                  .target = std::string(message.target()),
                  .version = message.version() == 10 ? "HTTP/1.0" : "HTTP/1.1",
                  .headers = {},
                  .body = message.body(),
                  .peer = peer};
  for (const auto& field : message)
    request.headers.add(std::string(field.name_string()), std::string(field.value()));
  return request;
}

// What of a well-formed header must not be served (RFC 9112 sections 3.2 and 6.1): such messages are read
// differently by different servers.
std::optional<Problem> refusal_of(const Parser::value_type& message) {
  const auto hosts = message.count(wire::field::host);
  if (hosts > 1 || (hosts == 0 && message.version() >= 11))
    return Problem{400, "malformed_request", "one Host header is required"};
  if (message.count(wire::field::transfer_encoding) != 0 &&
      !beast::iequals(message[wire::field::transfer_encoding], "chunked"))
    return Problem{501, "unsupported_transfer_encoding", "the only transfer encoding is chunked"};
  return std::nullopt;
}

// The answer to bytes that did not become a request; none if the connection just ended.
std::optional<Problem> refusal_of(const error_code& error) {
  if (error.category() != make_error_code(wire::error::bad_method).category()) return std::nullopt;
  if (error == wire::error::end_of_stream || error == wire::error::partial_message) return std::nullopt;
  if (error == wire::error::body_limit)
    return Problem{413, "body_too_large", "the body is larger than this server takes"};
  if (error == wire::error::header_limit)
    return Problem{431, "header_too_large", "the header is larger than this server takes"};
  return Problem{400, "malformed_request", "this is not a well-formed HTTP/1.1 request"};
}

}  // namespace

class Server::Implementation {
 public:
  Implementation(const std::vector<Endpoint>& endpoints, ServerLimits limits)
      : limits_(limits), signals_(io_), stop_timer_(io_) {
    for (const Endpoint& endpoint : endpoints) doors_.emplace_back(endpoint, io_);
  }

  void run(const Handler& handler) {
    handler_ = &handler;
    for (Door& door : doors_) asio::co_spawn(io_, accept(door), asio::detached);
    signals_.add(SIGTERM);
    signals_.add(SIGINT);
    signals_.async_wait([this](error_code error, int) {
      if (!error) begin_stop();
    });
    io_.run();
    // Only what outlasted stop_timeout is left; it ends with its sockets.
  }

  void stop() {
    asio::post(io_, [this] { begin_stop(); });
  }

  std::vector<Endpoint> endpoints() const {
    std::vector<Endpoint> endpoints;
    for (const Door& door : doors_) endpoints.push_back(door.listener.endpoint());
    return endpoints;
  }

 private:
  struct Door {
    Door(const Endpoint& endpoint, asio::io_context& io)
        : listener(endpoint), acceptor(io, Protocol(listener.family(), 0), listener.release()) {}

    Listener listener;
    Acceptor acceptor;
  };

  struct Connection {
    explicit Connection(Stream socket) : stream(std::move(socket)) {}

    Stream stream;
    Peer peer;
    beast::flat_buffer buffer;
    bool idle = false;  // nothing of a next request has come
  };

  // The handler's reply on its way from another thread.
  struct Pending {
    explicit Pending(asio::io_context& io) : arrived(io) {}

    asio::steady_timer arrived;
    std::optional<Response> response;
  };

  asio::awaitable<void> accept(Door& door) {
    while (!stopping_) {
      error_code error;
      Stream::socket_type socket(io_);
      Protocol::endpoint from;
      const bool full = connections_.size() >= limits_.connections;
      if (!full) co_await door.acceptor.async_accept(socket, from, into(error));
      if (stopping_) break;
      if (full || error) {
        // Out of descriptors or memory, or as many connections as allowed: what waits in the backlog is
        // served when one ends.
        if (error) spdlog::warn("cannot accept a connection: {}", error.message());
        asio::steady_timer pause(io_, kAcceptPause);
        co_await pause.async_wait(into(error));
        continue;
      }
      const int on = 1;
      if (door.listener.family() != AF_UNIX)
        ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      Connection& connection = connections_.emplace_back(Stream(std::move(socket)));
      connection.peer = peer_of(from);
      asio::co_spawn(io_, serve(std::prev(connections_.end())), asio::detached);
    }
  }

  asio::awaitable<void> serve(std::list<Connection>::iterator self) {
    try {
      bool go_on = true;
      while (go_on && !stopping_) {
        // Not one condition: g++ 12 forgets the other operands of && beside a co_await.
        go_on = co_await await_request(*self);
        if (go_on) go_on = co_await serve_one(*self);
      }
    } catch (const std::exception& broken) {
      spdlog::error("a connection broke: {}", broken.what());
    }
    connections_.erase(self);
    if (stopping_ && connections_.empty()) stop_timer_.cancel();
  }

  // False if the client ends the connection, or says nothing for too long.
  asio::awaitable<bool> await_request(Connection& connection) {
    if (connection.buffer.size() != 0) co_return true;  // pipelined
    error_code error;
    connection.idle = true;
    connection.stream.expires_after(limits_.idle_timeout);
    const auto space = connection.buffer.prepare(1024);
    const std::size_t size = co_await connection.stream.async_read_some(space, into(error));
    connection.buffer.commit(size);
    connection.idle = false;
    co_return !error;
  }

  // False if the connection must not be used again.
  asio::awaitable<bool> serve_one(Connection& connection) {
    Stream& stream = connection.stream;
    Parser parser;
    parser.header_limit(static_cast<std::uint32_t>(limits_.header_bytes));
    parser.body_limit(limits_.body_bytes);

    error_code error;
    stream.expires_after(limits_.read_timeout);
    co_await wire::async_read_header(stream, connection.buffer, parser, into(error));
    std::optional<Problem> refusal = error ? refusal_of(error) : refusal_of(parser.get());
    if (!error && !refusal) {
      if (!parser.is_done() && beast::iequals(parser.get()[wire::field::expect], "100-continue")) {
        wire::response<wire::empty_body> go_on(wire::status::continue_, 11);
        co_await wire::async_write(stream, go_on, into(error));
        if (error) co_return false;
      }
      stream.expires_after(limits_.read_timeout);
      co_await wire::async_read(stream, connection.buffer, parser, into(error));
      if (error) refusal = refusal_of(error);
    }
    if (refusal) {
      const Response response = answer(*refusal);
      co_await write(stream, response, false, false);
      co_await linger(connection);
      co_return false;
    }
    if (error) co_return false;

    const bool is_head = parser.get().method() == wire::verb::head;
    const Response response = co_await reply_to(request_of(parser.get(), connection.peer));
    // An HTTP/1.0 client would have to be told that the connection stays.
    const bool keep_alive = parser.get().version() >= 11 && parser.get().keep_alive() && !stopping_;
    const bool written = co_await write(stream, response, keep_alive, is_head);
    co_return written&& keep_alive;
  }

  asio::awaitable<Response> reply_to(Request request) {
    const auto pending = std::make_shared<Pending>(io_);
    pending->arrived.expires_after(limits_.answer_timeout);
    const Reply reply = [this, pending](Response response) {
      asio::post(io_, [pending, response = std::move(response)]() mutable {
        pending->response = std::move(response);
        // Not cancel(), which has no effect on a wait that has not begun yet.
        pending->arrived.expires_at(asio::steady_timer::time_point::min());
      });
    };
    try {
      (*handler_)(std::move(request), reply);
    } catch (const std::exception& broken) {
      spdlog::error("the handler threw: {}", broken.what());
      co_return answer(Problem{500, "internal_error", "the server failed; its log says why"});
    }
    error_code error;
    co_await pending->arrived.async_wait(into(error));
    if (!pending->response) {
      spdlog::error("no reply within {} ms", limits_.answer_timeout.count());
      co_return answer(Problem{503, "timeout", "the server took too long"});
    }
    co_return std::move(*pending->response);
  }

  asio::awaitable<bool> write(Stream& stream, const Response& response, bool keep_alive, bool is_head) {
    wire::response<wire::string_body> message(static_cast<wire::status>(response.status), 11);
    for (const Headers::Field& field : response.headers) message.insert(field.name, field.value);
    const bool may_have_body = response.status != 204 && response.status != 304;
    if (may_have_body) message.content_length(response.body.size());
    if (may_have_body && !is_head) message.body() = response.body;
    message.keep_alive(keep_alive);

    error_code error;
    stream.expires_after(limits_.write_timeout);
    co_await wire::async_write(stream, message, into(error));
    co_return !error;
  }

  asio::awaitable<void> linger(Connection& connection) {
    error_code error;
    connection.stream.socket().shutdown(Stream::socket_type::shutdown_send, error);
    connection.stream.expires_after(kLinger);
    while (!error) {
      connection.buffer.clear();
      const auto space = connection.buffer.prepare(4096);
      co_await connection.stream.async_read_some(space, into(error));
    }
  }

  void begin_stop() {
    if (std::exchange(stopping_, true)) return;
    signals_.cancel();
    for (Door& door : doors_) {
      error_code ignored;
      door.listener.remove_file();
      door.acceptor.close(ignored);
    }
    for (Connection& connection : connections_)
      if (connection.idle) connection.stream.cancel();
    if (connections_.empty()) return;
    stop_timer_.expires_after(limits_.stop_timeout);
    stop_timer_.async_wait([this](error_code error) {
      if (error) return;
      spdlog::warn("{} connections outlasted the time to stop", connections_.size());
      io_.stop();
    });
  }

  ServerLimits limits_;
  const Handler* handler_ = nullptr;
  bool stopping_ = false;
  asio::io_context io_;  // outlives what is registered with it
  asio::signal_set signals_;
  asio::steady_timer stop_timer_;
  std::list<Door> doors_;
  std::list<Connection> connections_;
};

Server::Server(const std::vector<Endpoint>& endpoints, ServerLimits limits)
    : implementation_(std::make_unique<Implementation>(endpoints, limits)) {}

Server::~Server() = default;

void Server::run(const Handler& handler) {
  implementation_->run(handler);
}

void Server::stop() {
  implementation_->stop();
}

std::vector<Endpoint> Server::endpoints() const {
  return implementation_->endpoints();
}

}  // namespace gatehouse::http
