// Reading JSON (RFC 8259), strictly: bounded in size and depth, and no member twice in one object, since
// parsers disagree on which of two to believe. A front of simdjson that keeps its header out of every other
// file.
//
//   json::Parser parser;
//   Result<json::Object, json::Error> body = parser.parse_object(text);
//   if (body) if (std::optional<json::Value> name = body->find("name")) name->string();
//
// Objects, arrays, values and the text in them live until the parser's next parse or its end.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace gatehouse::json {

enum class Error {
  kTooLarge,         // more bytes than Limits::bytes
  kMalformed,        // not one JSON text in UTF-8
  kTooDeep,          // nested deeper than Limits::depth
  kDuplicateMember,  // a name twice in one object
  kNotAnObject,      // a JSON text, but not an object
};

struct Limits {
  std::size_t bytes = 64 * 1024;
  std::size_t depth = 16;
};

class Object;
class Array;

class Value {
 public:
  std::optional<std::string_view> string() const;
  std::optional<bool> boolean() const;
  // A number written without fraction or exponent that fits.
  std::optional<std::int64_t> integer() const;
  // Any number.
  std::optional<double> number() const;
  std::optional<Object> object() const;
  std::optional<Array> array() const;
  bool is_null() const;
  // The value as JSON text, without white space.
  std::string text() const;

 private:
  friend class Parser;
  friend class Object;
  friend class Array;
  using Element = std::array<std::size_t, 2>;  // a simdjson::dom::element, bit for bit
  explicit Value(Element element) : element_(element) {}

  Element element_;
};

class Object {
 public:
  std::optional<Value> find(std::string_view name) const;
  // Members in their order.
  std::vector<std::pair<std::string_view, Value>> members() const;
  std::string text() const { return value_.text(); }

 private:
  friend class Parser;
  friend class Value;
  explicit Object(Value value) : value_(value) {}

  Value value_;
};

class Array {
 public:
  std::vector<Value> values() const;

 private:
  friend class Value;
  explicit Array(Value value) : value_(value) {}

  Value value_;
};

class Parser {
 public:
  Parser();
  Parser(Parser&&) noexcept;
  Parser& operator=(Parser&&) noexcept;
  ~Parser();

  Result<Value, Error> parse(std::string_view text, Limits limits = {});
  Result<Object, Error> parse_object(std::string_view text, Limits limits = {});

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace gatehouse::json
