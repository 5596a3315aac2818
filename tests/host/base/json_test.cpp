#include "host/base/json.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace tradectl {
namespace {

std::string error_of(std::string_view text) {
    const auto json = parse_json(text);
    EXPECT_FALSE(json) << text;
    return json ? "" : json.error().message;
}

TEST(Json, ReadsEveryKindAndKeepsTheOrderOfKeys) {
    const auto json = parse_json(R"({"z":null,"a":[true,-7,1.5,"x"],"m":{}})").value();
    EXPECT_EQ(json.dump(), R"({"z":null,"a":[true,-7,1.5,"x"],"m":{}})");
    const Json::Array& items = *json.find("a")->as_array();
    EXPECT_EQ(items[0].as_boolean(), true);
    EXPECT_EQ(items[1].as_integer(), -7);
    EXPECT_EQ(items[2].as_real(), 1.5);
    EXPECT_EQ(*items[3].as_text(), "x");
    EXPECT_TRUE(json.find("z")->is_null());
    EXPECT_EQ(json.find("nothing"), nullptr);
}

TEST(Json, AsksForAnotherKindInVain) {
    const Json json("5");
    EXPECT_FALSE(json.as_integer());
    EXPECT_FALSE(json.as_boolean());
    EXPECT_FALSE(json.as_real());
    EXPECT_EQ(json.as_array(), nullptr);
    EXPECT_EQ(json.find("x"), nullptr);
    EXPECT_EQ(Json(3).as_real(), 3.0);
    EXPECT_FALSE(Json(3.0).as_integer());
}

TEST(Json, KeepsTheBoundsOfIntegers) {
    EXPECT_EQ(parse_json("-9223372036854775808").value().as_integer(),
              std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(parse_json("9223372036854775807").value().dump(), "9223372036854775807");
    EXPECT_NE(error_of("9223372036854775808").find("integer outside"), std::string::npos);
    EXPECT_NE(error_of("[-9223372036854775809]").find("integer outside"), std::string::npos);
    EXPECT_NE(error_of("99999999999999999999999").find("integer outside"), std::string::npos);
    EXPECT_NE(error_of("1e999").find("json: line 1"), std::string::npos);
}

TEST(Json, NamesLineAndColumnOfAnError) {
    EXPECT_TRUE(error_of("{\n  \"a\": ?\n}").starts_with("json: line 2, column 8: "));
    EXPECT_TRUE(error_of("[1,]").starts_with("json: line 1, column 4: "));
}

TEST(Json, RefusesWhatIsNotRfc8259) {
    for (const char* text :
         {"",         " ",       "{",        "[1,2",    "{\"a\":1,}", "{a:1}",    "'x'",
          "01",       "+1",      "1.",       ".5",      "NaN",        "Infinity", "tru",
          "\"\x01\"", "\"\\x\"", "\"\xff\"", "// x\n1", "1 2",        "[1] x"})
        error_of(text);
}

TEST(Json, RefusesAKeyThatStandsTwiceAtAnyDepth) {
    EXPECT_NE(error_of(R"({"a":1,"b":2,"a":3})").find("key \"a\" stands twice"), std::string::npos);
    EXPECT_NE(error_of(R"([{"x":{"k":1,"k":1}}])").find("key \"k\""), std::string::npos);
    EXPECT_TRUE(parse_json(R"([{"a":1},{"a":2}])"));
}

TEST(Json, StopsAtItsLimits) {
    EXPECT_TRUE(parse_json(std::string(32, '[') + std::string(32, ']')));
    error_of(std::string(33, '[') + std::string(33, ']'));
    EXPECT_TRUE(parse_json("12345", {.bytes_max = 5}));
    EXPECT_FALSE(parse_json("123456", {.bytes_max = 5}));
}

TEST(Json, EscapesWhatMustBeEscapedAndReadsItBack) {
    const std::string text("quote\" back\\ nl\n tab\t nul\0 bell\a \xc3\xa9", 35);
    const std::string dumped = Json(text).dump();
    EXPECT_EQ(dumped, "\"quote\\\" back\\\\ nl\\n tab\\t nul\\u0000 bell\\u0007 \xc3\xa9\"");
    EXPECT_EQ(*parse_json(dumped).value().as_text(), text);
    EXPECT_EQ(*parse_json("\"\\u00e9\\ud83d\\ude00\"").value().as_text(),
              "\xc3\xa9\xf0\x9f\x98\x80");
}

TEST(Json, WritesRealsThatReadBackTheSame) {
    for (const double real : {0.1, 1.0, -2.5e-300, 1e22, 123456789.123}) {
        const Json json(real);
        EXPECT_EQ(parse_json(json.dump()).value(), json) << json.dump();
    }
    EXPECT_EQ(Json(std::numeric_limits<double>::infinity()).dump(), "null");
}

TEST(Json, SetReplacesAndPushAppends) {
    Json json;
    json.set("a", 1);
    json.set("b", Json::array()).push("x");
    json.set("a", 2);
    EXPECT_EQ(json.dump(), R"({"a":2,"b":["x"]})");
    EXPECT_EQ(json.find_text("a"), std::nullopt);
}

TEST(Json, PrettyIndentsByTwoAndKeepsEmptyListsShort) {
    Json json;
    json.set("a", Json::array());
    json.set("b", Json::array()).push(1);
    EXPECT_EQ(json.dump(JsonStyle::Pretty), "{\n  \"a\": [],\n  \"b\": [\n    1\n  ]\n}");
}

}  // namespace
}  // namespace tradectl
