#include "json/document.hpp"

#include <simdjson.h>

#include <algorithm>
#include <bit>

namespace gatehouse::json {
namespace {

namespace dom = simdjson::dom;

static_assert(sizeof(dom::element) == sizeof(std::array<std::size_t, 2>));
static_assert(std::is_trivially_copyable_v<dom::element>);

dom::element element_of(const std::array<std::size_t, 2>& bits) {
  dom::element element;
  std::copy_n(reinterpret_cast<const std::byte*>(bits.data()), sizeof element,
              reinterpret_cast<std::byte*>(&element));
  return element;
}

std::array<std::size_t, 2> bits_of(const dom::element& element) {
  return std::bit_cast<std::array<std::size_t, 2>>(element);
}

bool has_duplicate(const dom::object& object) {
  // Sorting beats comparing pairs: a hostile object of 10,000 members must not cost 10^8 steps.
  std::vector<std::string_view> names;
  names.reserve(object.size());
  for (const dom::key_value_pair member : object) names.push_back(member.key);
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) != names.end();
}

bool repeats_a_member(const dom::element& element) {
  if (element.is_object()) {
    const dom::object object = element.get_object().value_unsafe();
    if (has_duplicate(object)) return true;
    return std::any_of(object.begin(), object.end(),
                       [](const dom::key_value_pair& member) { return repeats_a_member(member.value); });
  }
  if (element.is_array()) {
    const dom::array array = element.get_array().value_unsafe();
    return std::any_of(array.begin(), array.end(), repeats_a_member);
  }
  return false;
}

// By value: a range-for over what a temporary refers to would outlive it.
dom::object object_of(const std::array<std::size_t, 2>& bits) {
  return element_of(bits).get_object().value_unsafe();
}
dom::array array_of(const std::array<std::size_t, 2>& bits) {
  return element_of(bits).get_array().value_unsafe();
}

template <typename T>
std::optional<T> get(const std::array<std::size_t, 2>& bits) {
  T value;
  if (element_of(bits).get<T>().get(value) != simdjson::SUCCESS) return std::nullopt;
  return value;
}

}  // namespace

std::optional<std::string_view> Value::string() const {
  return get<std::string_view>(element_);
}
std::optional<bool> Value::boolean() const {
  return get<bool>(element_);
}
std::optional<std::int64_t> Value::integer() const {
  return get<std::int64_t>(element_);
}
std::optional<double> Value::number() const {
  return get<double>(element_);
}
bool Value::is_null() const {
  return element_of(element_).is_null();
}
std::string Value::text() const {
  return simdjson::minify(element_of(element_));
}

std::optional<Object> Value::object() const {
  if (!element_of(element_).is_object()) return std::nullopt;
  return Object(*this);
}

std::optional<Array> Value::array() const {
  if (!element_of(element_).is_array()) return std::nullopt;
  return Array(*this);
}

std::optional<Value> Object::find(std::string_view name) const {
  for (const dom::key_value_pair member : object_of(value_.element_))
    if (member.key == name) return Value(bits_of(member.value));
  return std::nullopt;
}

std::vector<std::pair<std::string_view, Value>> Object::members() const {
  std::vector<std::pair<std::string_view, Value>> members;
  for (const dom::key_value_pair member : object_of(value_.element_))
    members.emplace_back(member.key, Value(bits_of(member.value)));
  return members;
}

std::vector<Value> Array::values() const {
  std::vector<Value> values;
  for (const dom::element element : array_of(value_.element_)) values.push_back(Value(bits_of(element)));
  return values;
}

struct Parser::Implementation {
  dom::parser parser;
  std::size_t depth = 0;
};

Parser::Parser() : implementation_(std::make_unique<Implementation>()) {}
Parser::Parser(Parser&&) noexcept = default;
Parser& Parser::operator=(Parser&&) noexcept = default;
Parser::~Parser() = default;

Result<Value, Error> Parser::parse(std::string_view text, Limits limits) {
  if (text.size() > limits.bytes) return Unexpected(Error::kTooLarge);
  auto& [parser, depth] = *implementation_;
  // simdjson keeps the depth of its allocation, so a parser that changes limits allocates again.
  if (depth != limits.depth || parser.capacity() < text.size()) {
    const std::size_t capacity = std::max({text.size(), parser.capacity(), std::size_t{1024}});
    if (parser.allocate(capacity, limits.depth) != simdjson::SUCCESS) throw std::bad_alloc();
    depth = limits.depth;
  }
  dom::element element;
  switch (parser.parse(text.data(), text.size()).get(element)) {
    case simdjson::SUCCESS:
      break;
    case simdjson::DEPTH_ERROR:
      return Unexpected(Error::kTooDeep);
    case simdjson::MEMALLOC:
      throw std::bad_alloc();
    default:
      return Unexpected(Error::kMalformed);
  }
  if (repeats_a_member(element)) return Unexpected(Error::kDuplicateMember);
  return Value(bits_of(element));
}

Result<Object, Error> Parser::parse_object(std::string_view text, Limits limits) {
  const Result<Value, Error> value = parse(text, limits);
  if (!value) return Unexpected(value.error());
  const std::optional<Object> object = value->object();
  if (!object) return Unexpected(Error::kNotAnObject);
  return *object;
}

}  // namespace gatehouse::json
