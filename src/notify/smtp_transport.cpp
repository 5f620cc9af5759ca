#include "notify/smtp_transport.hpp"

#include <curl/curl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "base/text.hpp"

namespace gatehouse::notify {
namespace {

constexpr std::size_t kReplySize = 200;
constexpr long kKept = 30;  // seconds that an idle connection is used again

using Handle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using List = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

// One message on its way.
struct Delivery {
  const Message& message;
  std::size_t read = 0;   // of the text
  bool whole = false;     // libcurl has seen its end
  std::string refusal{};  // the server's newest line that is one
};

std::size_t read_text(char* out, std::size_t size, std::size_t count, void* delivery_pointer) {
  auto& delivery = *static_cast<Delivery*>(delivery_pointer);
  const std::string& text = delivery.message.text;
  const std::size_t length = std::min(size * count, text.size() - delivery.read);
  std::copy_n(text.data() + delivery.read, length, out);
  delivery.read += length;
  delivery.whole = delivery.read == text.size();
  return length;
}

std::size_t note_reply(char* line, std::size_t size, std::size_t count, void* delivery_pointer) {
  const std::string_view reply(line, size * count);
  // After a refusal libcurl says QUIT, which the server grants.
  if (reply.starts_with('4') || reply.starts_with('5'))
    static_cast<Delivery*>(delivery_pointer)->refusal = reply;
  return reply.size();
}

// What the server said, in one line and without the address, which it may repeat.
std::string shown(const Delivery& delivery) {
  std::string reply = delivery.refusal;
  while (reply.ends_with('\n') || reply.ends_with('\r')) reply.pop_back();
  const std::string& to = delivery.message.to;
  for (std::size_t at = 0; (at = reply.find(to, at)) != reply.npos;) reply.replace(at, to.size(), "…");
  return printable(reply, kReplySize);
}

}  // namespace

class SmtpTransport::Session {
 public:
  explicit Session(SmtpSettings settings)
      : settings_(std::move(settings)), handle_(curl_easy_init(), curl_easy_cleanup) {
    if (!handle_) throw std::runtime_error("libcurl cannot be set up");
  }

  Result<void, SendError> send(const Message& message) {
    Delivery delivery{.message = message};
    std::array<char, CURL_ERROR_SIZE> words{};
    const std::string recipient = "<" + message.to + ">";
    const List recipients(curl_slist_append(nullptr, recipient.c_str()), curl_slist_free_all);
    curl_easy_reset(handle_.get());  // the connection stays
    set_server();
    set(CURLOPT_ERRORBUFFER, words.data());
    set(CURLOPT_MAIL_FROM, ("<" + message.from + ">").c_str());
    set(CURLOPT_MAIL_RCPT, recipients.get());
    set(CURLOPT_UPLOAD, 1L);
    set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(message.text.size()));
    set(CURLOPT_READFUNCTION, read_text);
    set(CURLOPT_READDATA, &delivery);
    set(CURLOPT_HEADERFUNCTION, note_reply);
    set(CURLOPT_HEADERDATA, &delivery);
    const CURLcode code = curl_easy_perform(handle_.get());
    set(CURLOPT_ERRORBUFFER, nullptr);
    if (code == CURLE_OK) return {};
    if (code == CURLE_OPERATION_TIMEDOUT) hang_up();
    return Unexpected(error_of(code, words.data(), delivery));
  }

 private:
  template <typename Value>
  void set(CURLoption option, Value value) {
    if (curl_easy_setopt(handle_.get(), option, value) != CURLE_OK)
      throw std::runtime_error("libcurl lacks option " + std::to_string(option));
  }

  void set_server() {
    set(CURLOPT_URL, settings_.url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    set(CURLOPT_PROXY, "");
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(std::chrono::milliseconds(settings_.timeout).count()));
    set(CURLOPT_SERVER_RESPONSE_TIMEOUT, static_cast<long>(settings_.timeout.count()));
    set(CURLOPT_MAXAGE_CONN, kKept);
    set(CURLOPT_USE_SSL, settings_.starttls ? CURLUSESSL_ALL : CURLUSESSL_NONE);
    if (!settings_.ca_file.empty()) set(CURLOPT_CAINFO, settings_.ca_file.c_str());
    if (settings_.user.empty()) return;
    set(CURLOPT_USERNAME, settings_.user.c_str());
    set(CURLOPT_PASSWORD, std::string(settings_.password.expose()).c_str());
  }

  // libcurl would say QUIT to a server that has stopped answering, and wait two minutes for its reply.
  void hang_up() {
    curl_socket_t socket = CURL_SOCKET_BAD;
    curl_easy_getinfo(handle_.get(), CURLINFO_ACTIVESOCKET, &socket);
    if (socket != CURL_SOCKET_BAD) shutdown(socket, SHUT_RDWR);
  }

  SendError error_of(CURLcode code, const char* words, const Delivery& delivery) {
    long reply = 0;
    curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &reply);
    std::string what = *words != '\0' ? words : curl_easy_strerror(code);
    if (reply >= 400) what += ": " + shown(delivery);
    // libcurl says so of MAIL, RCPT and DATA; the reply to the message comes when it has been read.
    const bool of_the_mail = code == CURLE_SEND_ERROR || delivery.whole;
    return {.what = std::move(what), .permanent = of_the_mail && reply >= 500 && reply < 600};
  }

  const SmtpSettings settings_;
  const Handle handle_;
};

SmtpTransport::SmtpTransport(SmtpSettings settings)
    : session_(std::make_unique<Session>(std::move(settings))) {}

SmtpTransport::~SmtpTransport() = default;

Result<void, SendError> SmtpTransport::send(const Message& message) {
  return session_->send(message);
}

}  // namespace gatehouse::notify
