#include "host/market/capture_json.hpp"

#include <string>

#include <gtest/gtest.h>

namespace tradectl::market {
namespace {

std::string fault_of(std::string_view text) {
    CaptureJson json;
    const auto value = json.parse(text);
    return value ? "sound" : value.error().message;
}

TEST(CaptureJson, KeepsNumbersAndStringsAsTheyAreWritten) {
    CaptureJson json;
    const auto value = json.parse(R"({"a":1.50,"b":"2.50","c":[-1e-5 ,"\u00e9\n"],"d":null})");
    ASSERT_TRUE(value);
    EXPECT_EQ((*value)["a"].text(), "1.50");
    EXPECT_TRUE((*value)["a"].is(JsonKind::Number));
    EXPECT_EQ((*value)["b"].text(), "2.50");
    EXPECT_EQ((*value)["c"].at(0).text(), "-1e-5");
    EXPECT_EQ((*value)["c"].at(1).text(), "\xc3\xa9\n");
    EXPECT_TRUE((*value)["d"].is(JsonKind::Null));
}

TEST(CaptureJson, FindsMembersBehindWhatIsNested) {
    CaptureJson json;
    const auto value = json.parse(R"({"x":{"y":[1,[2,3],{"z":4}]},"z":5})");
    ASSERT_TRUE(value);
    EXPECT_EQ((*value)["z"].text(), "5");
    EXPECT_EQ((*value)["x"]["y"].size(), 3U);
    EXPECT_EQ((*value)["x"]["y"].at(2)["z"].text(), "4");
}

TEST(CaptureJson, WhatIsNotThereIsMissing) {
    CaptureJson json;
    const auto value = json.parse(R"({"a":[1],"b":{}})");
    ASSERT_TRUE(value);
    EXPECT_FALSE((*value)["c"]);
    EXPECT_FALSE((*value)["a"]["b"]);
    EXPECT_FALSE((*value)["a"].at(1));
    EXPECT_FALSE((*value)["c"].at(0)["d"]);
    EXPECT_EQ((*value)["b"].size(), 0U);
    EXPECT_EQ((*value)["c"].text(), "");
}

TEST(CaptureJson, RefusesWhatIsNoObjectOrList) {
    for (const char* text :
         {"", " ", "5", "\"a\"", "null", "{", "[1", "{\"a\":}", "{\"a\"}", "[1,]"})
        EXPECT_NE(fault_of(text), "sound") << text;
    for (const char* text :
         {"[01]", "[1.]", "[+1]", "[-]", "[1e]", "[.5]", "[nul]", "[tru]", "{a:1}"})
        EXPECT_NE(fault_of(text), "sound") << text;
    EXPECT_EQ(fault_of("[1]"), "sound");
}

TEST(CaptureJson, RefusesTextBehindTheValue) {
    EXPECT_NE(fault_of("[1] [2]"), "sound");
    EXPECT_EQ(fault_of("[1]]"), "text behind the json value");
    EXPECT_EQ(fault_of("{\"a\":1} "), "sound");
}

TEST(CaptureJson, RefusesWhatIsNotUtf8) {
    EXPECT_EQ(fault_of("{\"a\":\"\xff\"}"), "not utf-8");
    EXPECT_EQ(fault_of("{\"a\":\"\xc3\xa9\"}"), "sound");
}

TEST(CaptureJson, RefusesDeepNesting) {
    EXPECT_EQ(fault_of(std::string(64, '[') + std::string(64, ']')), "sound");
    EXPECT_EQ(fault_of(std::string(65, '[') + std::string(65, ']')),
              "json nested deeper than 64 levels");
    EXPECT_NE(fault_of(std::string(100'000, '[')), "sound");
    EXPECT_NE(fault_of(std::string(60, '[') + "]"), "sound");
}

TEST(CaptureJson, ReadsListsOfAnyLength) {
    CaptureJson json;
    for (const std::size_t count : {1U, 63U, 64U, 65U, 10'000U}) {
        std::string text = "[";
        for (std::size_t i = 0; i < count; ++i)
            text += (i > 0 ? "," : "") + std::to_string(i);
        text += "]";  // the value looks into it
        const auto value = json.parse(text);
        ASSERT_TRUE(value);
        EXPECT_EQ(value->size(), count);
        EXPECT_EQ(value->at(count - 1).text(), std::to_string(count - 1));
    }
}

TEST(CaptureJson, ReadsTheNextTextAfterABadOne) {
    CaptureJson json;
    EXPECT_FALSE(json.parse("{\"a\":"));
    EXPECT_TRUE(json.parse("{\"a\":[1,2]}"));
    EXPECT_FALSE(json.parse("["));
    EXPECT_EQ(json.parse("[3]").value().at(0).text(), "3");
}

}  // namespace
}  // namespace tradectl::market
