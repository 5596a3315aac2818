#include <tradectl/json_reader.hpp>

#include <string>

#include <gtest/gtest.h>

namespace tradectl {
namespace {

bool is_valid(std::string_view text) {
    JsonReader reader{text};
    return reader.skip().has_value() && reader.finish().has_value();
}

TEST(JsonReader, ReadsMembersInOrder) {
    JsonReader reader{R"( { "a" : 1 , "b" : [true, false] , "c" : "x" } )"};
    ASSERT_TRUE(reader.begin_object());
    std::string key;
    ASSERT_TRUE(*reader.next_member(key));
    EXPECT_EQ(*reader.integer(), 1);
    ASSERT_TRUE(*reader.next_member(key));
    ASSERT_TRUE(reader.begin_array());
    ASSERT_TRUE(*reader.next_item());
    EXPECT_TRUE(*reader.boolean());
    ASSERT_TRUE(*reader.next_item());
    EXPECT_FALSE(*reader.boolean());
    EXPECT_FALSE(*reader.next_item());
    ASSERT_TRUE(*reader.next_member(key));
    EXPECT_EQ(key, "c");
    EXPECT_EQ(*reader.text(), "x");
    EXPECT_FALSE(*reader.next_member(key));
    EXPECT_TRUE(reader.finish());
}

TEST(JsonReader, UndoesEscapes) {
    JsonReader reader{R"("\"\\\/\b\f\n\r\t\u0041\u00e9\u20ac\ud83d\ude00")"};
    EXPECT_EQ(*reader.text(), "\"\\/\b\f\n\r\tA\u00e9\u20ac\U0001F600");
}

TEST(JsonReader, RefusesBrokenStrings) {
    for (const char* text : {R"("a)",
                             R"("\)",
                             R"("\x")",
                             R"("\u12")",
                             R"("\u12g4")",
                             R"("\ud83d")",
                             R"("\ud83d\u0041")",
                             R"("\ude00")",
                             "\"a\nb\"",
                             "'a'",
                             ""})
        EXPECT_FALSE(JsonReader{text}.text()) << text;
}

TEST(JsonReader, ReadsIntegersUpToTheirLimits) {
    EXPECT_EQ(*JsonReader{"9223372036854775807"}.integer(), INT64_MAX);
    EXPECT_EQ(*JsonReader{"-9223372036854775808"}.integer(), INT64_MIN);
    EXPECT_EQ(*JsonReader{"-0"}.integer(), 0);
}

TEST(JsonReader, RefusesWhatIsNoInteger) {
    for (const char* text :
         {"9223372036854775808", "1.0", "1e3", "01", "-", "+1", "\"1\"", "", "NaN", "-01"})
        EXPECT_FALSE(JsonReader{text}.integer()) << text;
}

TEST(JsonReader, SkipsAnyValidDocument) {
    for (const char* text : {"null",
                             "true",
                             "-1.5e-8",
                             R"([])",
                             R"({})",
                             R"([1,[2,{"a":[]}],"x"])",
                             R"({"a":{"b":[{}]},"c":null})"})
        EXPECT_TRUE(is_valid(text)) << text;
}

TEST(JsonReader, RefusesBrokenStructure) {
    for (const char* text : {"[1,]",
                             "[1 2]",
                             "[,1]",
                             "{\"a\"}",
                             "{\"a\":}",
                             "{\"a\":1,}",
                             "{a:1}",
                             "[1",
                             "{\"a\":1",
                             "1 2",
                             "nul",
                             "-",
                             "1.",
                             "1e",
                             ""})
        EXPECT_FALSE(is_valid(text)) << text;
}

TEST(JsonReader, RefusesNestingOverItsLimit) {
    EXPECT_TRUE(is_valid(std::string(32, '[') + std::string(32, ']')));
    EXPECT_FALSE(is_valid(std::string(40, '[') + std::string(40, ']')));
}

TEST(JsonReader, SaysAtWhichByte) {
    JsonReader reader{R"({"a" 1})"};
    ASSERT_TRUE(reader.begin_object());
    std::string key;
    const auto more = reader.next_member(key);
    ASSERT_FALSE(more);
    EXPECT_EQ(more.error().message, "json: byte 5: expected ':'");
}

TEST(JsonReader, FailsOnEachCutOfADocument) {
    const std::string text = R"({"a":[1,-2.5e3,"x\u0041"],"b":{"c":true}})";
    for (std::size_t size = 0; size < text.size(); ++size)
        EXPECT_FALSE(is_valid(text.substr(0, size))) << size;
    EXPECT_TRUE(is_valid(text));
}

}  // namespace
}  // namespace tradectl
