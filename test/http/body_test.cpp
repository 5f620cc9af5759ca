#include "http/body.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace gatehouse::http {
namespace {

Request request(std::string body, std::string content_type = "application/json") {
  return {.method = "POST",
          .target = "/",
          .version = "HTTP/1.1",
          .headers = {{"Content-Type", std::move(content_type)}},
          .body = std::move(body),
          .peer = {}};
}

// "422 invalid_input a:unknown_member …", or "ok".
std::string described(const std::optional<Problem>& problem) {
  if (!problem) return "ok";
  std::string text = std::to_string(problem->status) + " " + problem->code;
  for (const Problem::Member& member : problem->members) text += " " + member.name + ":" + member.code;
  return text;
}

std::string refusal_to_open(const Request& request) {
  const auto body = Body::open(request);
  return body ? "opened" : described(body.error());
}

TEST(Body, GivesItsMembers) {
  auto body = Body::open(request(R"({"name":"Alice","secret":"s\u00e9same"})"));
  ASSERT_TRUE(body);
  EXPECT_EQ(body->text("name"), "Alice");
  EXPECT_EQ(body->secret("secret").expose(), "sésame");
  EXPECT_EQ(body->optional_text("nick"), std::nullopt);
  EXPECT_EQ(described(body->problem()), "ok");
}

TEST(Body, NamesEveryFaultInOneAnswer) {
  auto body = Body::open(request(R"({"a":7,"extra":1,"role":"admin","o":null})"));
  ASSERT_TRUE(body);
  EXPECT_EQ(body->text("a"), "");
  EXPECT_EQ(body->text("b"), "");
  EXPECT_EQ(body->optional_text("o"), "");
  EXPECT_EQ(described(body->problem()),
            "422 invalid_input a:wrong_type b:missing_member o:wrong_type extra:unknown_member "
            "role:unknown_member");
}

TEST(Body, TakesNoTypeForAnother) {
  for (const char* value : {"7", "true", "null", "[]", "{}", "[\"x\"]", "1.5"}) {
    auto body = Body::open(request(std::string(R"({"a":)") + value + "}"));
    ASSERT_TRUE(body) << value;
    EXPECT_EQ(body->text("a"), "") << value;
    EXPECT_EQ(described(body->problem()), "422 invalid_input a:wrong_type") << value;
  }
}

TEST(Body, TakesOneOfSeveralNames) {
  const auto read = [](const char* text) {
    auto body = Body::open(request(text));
    const std::string value = body->one_text_of({"identifier", "username", "email"});
    return value + " " + described(body->problem());
  };
  EXPECT_EQ(read(R"({"email":"a@b"})"), "a@b ok");
  EXPECT_EQ(read(R"({"identifier":"x"})"), "x ok");
  EXPECT_EQ(read("{}"), " 422 invalid_input identifier:missing_member");
  EXPECT_EQ(read(R"({"username":"a","email":"b"})").substr(2), "422 invalid_input email:conflicting_member");
}

TEST(Body, RefusesAMemberThatStandsTwiceAtAnyDepth) {
  for (const char* text : {R"({"a":"x","a":"y"})", R"({"a":"x","\u0061":"y"})", R"({"o":{"a":1,"a":1}})",
                           R"({"l":[{"a":1,"a":2}]})"})
    EXPECT_EQ(refusal_to_open(request(text)), "422 invalid_input :duplicate_member") << text;
}

TEST(Body, IsJsonByItsContentType) {
  for (const char* type :
       {"application/json", "Application/JSON", "application/json; charset=utf-8", "application/json ;x"})
    EXPECT_EQ(refusal_to_open(request("{}", type)), "opened") << type;
  for (const char* type : {"", "text/plain", "application/x-www-form-urlencoded", "application/jsonx",
                           "application/json, text/plain", "text/json"})
    EXPECT_EQ(refusal_to_open(request("{}", type)), "415 unsupported_media_type") << type;
  Request twice = request("{}");
  twice.headers.add("Content-Type", "application/json");
  EXPECT_EQ(refusal_to_open(twice), "415 unsupported_media_type");
}

TEST(Body, MayBeLeftOutWhereItIsOptional) {
  auto body = Body::open_optional(request("", ""));
  ASSERT_TRUE(body);
  EXPECT_EQ(body->optional_text("reason"), std::nullopt);
  EXPECT_EQ(described(body->problem()), "ok");
  EXPECT_FALSE(Body::open_optional(request("{}", "")));
  EXPECT_FALSE(Body::open_optional(request("x")));
}

// Documents that JSON parsers disagree on, after the JSON Parsing Test Suite: none of them is taken.
TEST(Body, RefusesMalformedDocuments) {
  std::vector<std::string> documents{
      "",
      " ",
      "{",
      "}",
      "{}{}",
      "{} x",
      "[]",
      "null",
      "\"x\"",
      "1",
      "true",
      "{\"a\"}",
      "{\"a\":}",
      "{\"a\":1,}",
      "{,}",
      "{\"a\" 1}",
      "{'a':1}",
      "{a:1}",
      "{\"a\":01}",
      "{\"a\":+1}",
      "{\"a\":.5}",
      "{\"a\":5.}",
      "{\"a\":1e}",
      "{\"a\":0x1}",
      "{\"a\":NaN}",
      "{\"a\":Infinity}",
      "{\"a\":-}",
      "{\"a\":--1}",
      "{\"a\":1 2}",
      "{\"a\":tru}",
      "{\"a\":True}",
      "{\"a\":\"x}",
      "{\"a\":\"\\x\"}",
      "{\"a\":\"\\u12\"}",
      "{\"a\":\"\\ud800\"}",
      "{\"a\":\"\\ud800\\u0041\"}",
      "{\"a\":\"\\udc00\"}",
      "{\"a\":\"\n\"}",
      "{\"a\":\"\t\"}",
      "{\"a\":\"\xff\"}",
      "{\"a\":\"\xc0\xaf\"}",
      "{\"a\":\"\xed\xa0\x80\"}",
      "{\"a\":\"\xf4\x90\x80\x80\"}",
      "{\"a\":\"\xe2\x82\"}",
      "\xef\xbb\xbf{}",
      "{\"a\":1}//x",
      "{\"a\":1}/*x*/",
      "/**/{}",
      "{\"a\":[1,]}",
      "{\"a\":[,1]}",
      "{\"a\":[1}",
      "{\"a\":1]",
      "{\"a\":\"x\"\"b\":1}",
      "{\"a\"::1}",
      "{\"a\":1,,\"b\":2}",
      "{1:1}",
      "{null:1}",
      "{\"a\":\\u0022x\\u0022}",
      "a=1&b=2",
      "<x/>",
      "{\"a\":1e999}",
      "{\"a\":\v1}",
      "{\"a\":\xc2\xa0"
      "1}",
  };
  documents.push_back(std::string("{\"a\":\"x\0\"}", 10));
  documents.push_back(std::string("{}\0", 3));
  documents.push_back(std::string("{\"a\":") + std::string(20'000, '['));
  documents.push_back("{\"a\":" + std::string(17, '[') + std::string(17, ']') + "}");
  documents.push_back(std::string("\xff\xfe{\0}\0", 6));
  for (const std::string& document : documents)
    EXPECT_EQ(refusal_to_open(request(document)), "400 malformed_json") << document.substr(0, 40);
}

TEST(Body, TakesDocumentsThatAreOnlyUnusual) {
  for (const char* document :
       {" {}\r\n\t", R"({"":1})", R"({"a":-0})", R"({"a":1E+2})", R"({"a":"\ud83d\ude00"})",
        R"({"a":"\u0000"})", R"({"a":"\/"})", "{\"a\":\"\x7f\"}", R"({"a":123456789012345678})"})
    EXPECT_EQ(refusal_to_open(request(document)), "opened") << document;
}

TEST(Problem, IsWrittenWithWhateverAClientCalledItsMembers) {
  auto body = Body::open(request("{\"a\\u0000\\\"\\n\":1}"));
  ASSERT_TRUE(body);
  const Response response = answer(*body->problem(), "id-1");
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(response.headers.only("Content-Type"), "application/problem+json");
  const auto json = nlohmann::json::parse(response.body);
  EXPECT_EQ(json.at("code"), "invalid_input");
  EXPECT_EQ(json.at("status"), 422);
  EXPECT_EQ(json.at("request_id"), "id-1");
  EXPECT_EQ(json.at("errors").at(0).at("member"), std::string("a\0\"\n", 4));
}

}  // namespace
}  // namespace gatehouse::http
