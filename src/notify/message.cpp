#include "notify/message.hpp"

#include <algorithm>

#include "base/base64.hpp"
#include "base/text.hpp"

namespace gatehouse::notify {
namespace {

constexpr std::size_t kLongestLine = 76;       // RFC 2045 section 6.7
constexpr std::size_t kEncodedWordBytes = 45;  // 60 characters of base64: 75 with what is around them

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// RFC 2047; no word is cut within a code point.
std::string encoded_words(std::string_view text) {
  std::string words;
  while (!text.empty()) {
    std::size_t size = std::min(text.size(), kEncodedWordBytes);
    while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
    if (!words.empty()) words += "\r\n ";
    words += "=?UTF-8?B?" + base64_encode(text.substr(0, size)) + "?=";
    text.remove_prefix(size);
  }
  return words;
}

std::string header_text(const std::string& text) {
  return is_ascii(text) && text.size() < kLongestLine ? text : encoded_words(text);
}

std::string mailbox_text(const Mailbox& mailbox) {
  if (mailbox.name.empty()) return mailbox.address;
  return encoded_words(mailbox.name) + " <" + mailbox.address + ">";
}

// One line of quoted-printable (RFC 2045 section 6.7), wrapped softly.
void append_quoted(std::string& out, std::string_view line) {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::size_t column = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const auto byte = static_cast<unsigned char>(line[i]);
    const bool last = i + 1 == line.size();
    const bool plain =
        (byte > 0x20 && byte < 0x7F && byte != '=') || ((byte == ' ' || byte == '\t') && !last);
    const std::size_t width = plain ? 1 : 3;
    if (column + width > kLongestLine - 1) {
      out += "=\r\n";
      column = 0;
    }
    if (plain)
      out += line[i];
    else
      out.append(1, '=').append(1, kDigits[byte >> 4]).append(1, kDigits[byte & 15]);
    column += width;
  }
  out += "\r\n";
}

std::string quoted_printable(std::string_view body) {
  std::string out;
  while (!body.empty()) {
    const std::size_t end = body.find('\n');
    append_quoted(out, body.substr(0, end));
    body.remove_prefix(end == std::string_view::npos ? body.size() : end + 1);
  }
  return out;
}

}  // namespace

Result<Message, std::string> compose(const Letter& letter) {
  const std::optional<Mailbox> to = Mailbox::parse(letter.to);
  if (!to || to->address != letter.to) return Unexpected(std::string("the recipient is no address"));
  if (printable(letter.subject, letter.subject.size()) != letter.subject)
    return Unexpected(std::string("the subject has control characters"));
  const std::string domain = letter.from.address.substr(letter.from.address.rfind('@') + 1);
  std::string text;
  const auto header = [&text](std::string_view name, std::string_view value) {
    text.append(name).append(": ").append(value).append("\r\n");
  };
  header("Date", rfc5322_date(letter.date));
  header("Message-ID", "<" + letter.id + "@" + domain + ">");
  header("From", mailbox_text(letter.from));
  header("To", letter.to);
  header("Subject", header_text(letter.subject));
  header("Auto-Submitted", "auto-generated");  // RFC 3834: holiday notices do not answer
  header("MIME-Version", "1.0");
  header("Content-Type", "text/plain; charset=utf-8");
  header("Content-Transfer-Encoding", "quoted-printable");
  text += "\r\n" + quoted_printable(letter.body);
  return Message{.id = letter.id,
                 .from = letter.bounces_to.empty() ? letter.from.address : letter.bounces_to,
                 .to = letter.to,
                 .subject = letter.subject,
                 .body = letter.body,
                 .text = std::move(text)};
}

}  // namespace gatehouse::notify
