#include "json/document.hpp"

#include <gtest/gtest.h>

namespace gatehouse::json {
namespace {

Error error_of(std::string_view text, Limits limits = {}) {
  Parser parser;
  const auto object = parser.parse_object(text, limits);
  EXPECT_FALSE(object) << text;
  return object ? Error{} : object.error();
}

TEST(JsonDocument, GivesEachTypeAsItselfOnly) {
  Parser parser;
  const auto object =
      parser.parse_object(R"({"s":"text","i":-7,"f":1.5,"b":true,"n":null,"a":[1,"x"],"o":{"k":1}})");
  ASSERT_TRUE(object);
  EXPECT_EQ(object->find("s")->string(), "text");
  EXPECT_EQ(object->find("i")->integer(), -7);
  EXPECT_EQ(object->find("i")->number(), -7.0);
  EXPECT_EQ(object->find("f")->number(), 1.5);
  EXPECT_EQ(object->find("b")->boolean(), true);
  EXPECT_TRUE(object->find("n")->is_null());
  EXPECT_EQ(object->find("a")->array()->values().at(1).string(), "x");
  EXPECT_EQ(object->find("o")->object()->find("k")->integer(), 1);
  EXPECT_EQ(object->find("o")->text(), R"({"k":1})");
  EXPECT_EQ(object->members().size(), 7U);
  EXPECT_FALSE(object->find("missing"));
  EXPECT_FALSE(object->find("s")->integer());
  EXPECT_FALSE(object->find("i")->string());
  EXPECT_FALSE(object->find("f")->integer());
  EXPECT_FALSE(object->find("n")->object());
}

TEST(JsonDocument, RefusesAMemberThatStandsTwiceAtAnyDepth) {
  EXPECT_EQ(error_of(R"({"a":1,"a":1})"), Error::kDuplicateMember);
  EXPECT_EQ(error_of(R"({"a":1,"\u0061":2})"), Error::kDuplicateMember);
  EXPECT_EQ(error_of(R"({"x":[{"y":{"a":1,"b":2,"a":3}}]})"), Error::kDuplicateMember);
}

TEST(JsonDocument, IsBoundedInSizeAndDepth) {
  EXPECT_EQ(error_of(R"({"a":"0123456789"})", {.bytes = 10, .depth = 4}), Error::kTooLarge);
  Parser parser;
  EXPECT_TRUE(parser.parse_object(R"({"a":{"b":{}}})", {.bytes = 100, .depth = 4}));
  EXPECT_EQ(error_of(R"({"a":{"b":{"c":{"d":{}}}}})", {.bytes = 100, .depth = 4}), Error::kTooDeep);
  EXPECT_EQ(error_of(std::string(30'000, '[') + std::string(30'000, ']')), Error::kTooDeep);
}

TEST(JsonDocument, RefusesWhatIsNotOneJsonText) {
  for (const std::string_view text : {"",
                                      " ",
                                      "{",
                                      "}",
                                      "{}{}",
                                      "{} x",
                                      "{'a':1}",
                                      "{\"a\":1,}",
                                      "{\"a\":01}",
                                      "{\"a\":+1}",
                                      "{\"a\":.5}",
                                      "{\"a\":NaN}",
                                      "{\"a\":\"\t\"}",
                                      "{\"a\":\"\xff\"}",
                                      "{\"a\":\"\\x\"}",
                                      "{a:1}",
                                      "{\"a\" 1}",
                                      "{\"a\":tru}",
                                      "// {}",
                                      "\xEF\xBB\xBF{}"})
    EXPECT_EQ(error_of(text), Error::kMalformed) << text;
  EXPECT_EQ(error_of(std::string_view("{\"a\":\"\0\"}", 9)), Error::kMalformed);
  for (const std::string_view text : {"[]", "1", "\"a\"", "null"})
    EXPECT_EQ(error_of(text), Error::kNotAnObject) << text;
}

TEST(JsonDocument, ParserIsUsableAgainAfterAnErrorAndWithOtherLimits) {
  Parser parser;
  EXPECT_FALSE(parser.parse_object("{"));
  EXPECT_TRUE(parser.parse_object("{}"));
  EXPECT_FALSE(parser.parse_object(R"({"a":{}})", {.bytes = 100, .depth = 1}));
  EXPECT_TRUE(parser.parse_object(R"({"a":{"b":{"c":{}}}})"));
  EXPECT_TRUE(parser.parse_object("{\"a\":\"" + std::string(50'000, 'x') + "\"}"));
}

}  // namespace
}  // namespace gatehouse::json
