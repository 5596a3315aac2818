#include <tradectl/settings.hpp>

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl {
namespace {

struct All {
    IntegerSetting integer{"integer", {.fallback = 20, .min = 1, .max = 4096}, "an \"integer\""};
    BooleanSetting boolean{"boolean", {.fallback = true}, "yes or no"};
    TextSetting text{"text", {.fallback = "a", .bytes_max = 8}, "free"};
    TextSetting choice{"choice", {.fallback = "one", .choices = {"one", "two"}}, "one of"};
    DecimalSetting decimal{"decimal", {.min = 0.5_d, .max = 1_d}, "required"};
    DurationSetting duration{
        "duration", {.fallback = 1500 * kNsPerMillisecond, .max = kNsPerDay}, "span"};
    TextListSetting list{"list", {.fallback = R"(["x"])", .items_max = 2, .bytes_max = 4}, "texts"};
    DecimalMapSetting map{"map", {.fallback = R"({"USD":"10"})", .min = 0_d}, "by name"};
};

struct Required {
    IntegerSetting integer{"integer", {}, "i"};
    BooleanSetting boolean{"boolean", {}, "b"};
    TextSetting text{"text", {}, "t"};
    DurationSetting duration{"duration", {}, "d"};
    TextListSetting list{"list", {.fallback = {}}, "l"};
    DecimalMapSetting map{"map", {.fallback = {}}, "m"};
};

template <typename Settings>
constexpr SchemaText schema() {
    SchemaText out;
    write_schema<Settings>(out);
    return out;
}

/// The message of reading `json`, or "ok".
std::string read(const std::string& json) {
    All all;
    const Status done = read_settings(all, json);
    return done ? "ok" : done.error().message;
}

TEST(Settings, BecomeASchemaWhileCompiling) {
    static constexpr SchemaText kSchema = schema<All>();
    EXPECT_EQ(
        kSchema.view(),
        R"({"type":"object","additionalProperties":false,"required":["decimal"],"properties":{)"
        R"("integer":{"type":"integer","minimum":1,"maximum":4096,"default":20,)"
        R"("description":"an \"integer\""},)"
        R"("boolean":{"type":"boolean","default":true,"description":"yes or no"},)"
        R"("text":{"type":"string","maxLength":8,"default":"a","description":"free"},)"
        R"("choice":{"type":"string","maxLength":255,"enum":["one","two"],"default":"one",)"
        R"("description":"one of"},)"
        R"("decimal":{"type":"string","format":"decimal","x-minimum":"0.5","x-maximum":"1",)"
        R"("description":"required"},)"
        R"("duration":{"type":"string","format":"duration","x-minimum":"0ns","x-maximum":"1d",)"
        R"("default":"1500ms","description":"span"},)"
        R"("list":{"type":"array","items":{"type":"string","maxLength":4},"maxItems":2,)"
        R"("default":["x"],"description":"texts"},)"
        R"("map":{"type":"object","additionalProperties":{"type":"string","format":"decimal",)"
        R"("x-minimum":"0"},"default":{"USD":"10"},"description":"by name"}}})");
}

struct Inner {
    IntegerSetting first{"first", {.fallback = 1}, "f"};
    TextSetting second{"second", {.fallback = "a"}, "s"};
};
struct Grouped {
    Inner inner;
    IntegerSetting third{"third", {.fallback = 3}, "t"};
};
struct Flat {
    IntegerSetting first{"first", {.fallback = 1}, "f"};
    TextSetting second{"second", {.fallback = "a"}, "s"};
    IntegerSetting third{"third", {.fallback = 3}, "t"};
};

TEST(Settings, AGroupLeavesNoTraceInTheSchema) {
    static constexpr SchemaText kGrouped = schema<Grouped>();
    static constexpr SchemaText kFlat = schema<Flat>();
    EXPECT_EQ(kGrouped.view(), kFlat.view());
    Grouped grouped;
    ASSERT_TRUE(read_settings(grouped, R"({"second":"b","third":4})"));
    EXPECT_EQ(*grouped.inner.second, "b");
    EXPECT_EQ(*grouped.third, 4);
    EXPECT_FALSE(read_settings(grouped, R"({"inner":{}})"));
}

TEST(Settings, SchemaIsValidJson) {
    static constexpr SchemaText kSchema = schema<Required>();
    JsonReader reader{kSchema.view()};
    EXPECT_TRUE(reader.skip());
    EXPECT_TRUE(reader.finish());
}

TEST(Settings, NoneGiveAnEmptySchema) {
    static constexpr SchemaText kSchema = schema<NoSettings>();
    EXPECT_EQ(kSchema.view(),
              R"({"type":"object","additionalProperties":false,"required":[],"properties":{}})");
}

TEST(Settings, TakeTheirDefaults) {
    All all;
    ASSERT_TRUE(read_settings(all, R"({"decimal":"0.75"})"));
    EXPECT_EQ(*all.integer, 20);
    EXPECT_TRUE(*all.boolean);
    EXPECT_EQ(*all.text, "a");
    EXPECT_EQ(*all.decimal, 0.75_d);
    EXPECT_EQ(*all.duration, 1500 * kNsPerMillisecond);
    EXPECT_EQ(*all.list, std::vector<std::string>{"x"});
    EXPECT_EQ(all.map.find("USD"), 10_d);
}

TEST(Settings, TakeWhatIsGiven) {
    All all;
    ASSERT_TRUE(read_settings(all,
                              R"({"integer":4096,"boolean":false,"text":"\u00e9","choice":"two",
        "decimal":"1","duration":86400000000000,"list":[],"map":{"BTC":"0.5","ETH":"2"}})"));
    EXPECT_EQ(*all.integer, 4096);
    EXPECT_FALSE(*all.boolean);
    EXPECT_EQ(*all.text, "\u00e9");
    EXPECT_EQ(*all.choice, "two");
    EXPECT_EQ(*all.duration, kNsPerDay);
    EXPECT_TRUE(all.list->empty());
    ASSERT_EQ(all.map->size(), 2U);
    EXPECT_EQ((*all.map)[0].first, "BTC");
    EXPECT_TRUE(all.map.find("USD").is_null());
}

TEST(Settings, ForgetAnEarlierReading) {
    All all;
    ASSERT_TRUE(read_settings(all, R"({"decimal":"1","integer":7,"list":["p","q"]})"));
    ASSERT_TRUE(read_settings(all, R"({"decimal":"1"})"));
    EXPECT_EQ(*all.integer, 20);
    EXPECT_EQ(all.list->size(), 1U);
}

TEST(Settings, RefuseByName) {
    EXPECT_EQ(read(R"({})"), "setting \"decimal\": missing");
    EXPECT_EQ(read(R"({"decimal":"1","integr":1})"), "setting \"integr\": unknown");
    EXPECT_EQ(read(R"({"decimal":"1","decimal":"1"})"), "setting \"decimal\": given twice");
    EXPECT_EQ(read(R"({"integer":0})"), "setting \"integer\": 0 is not in 1 .. 4096");
    EXPECT_EQ(read(R"({"integer":4097})"), "setting \"integer\": 4097 is not in 1 .. 4096");
    EXPECT_EQ(read(R"({"decimal":"0.4"})"), "setting \"decimal\": 0.4 is not in 0.5 .. 1");
    EXPECT_EQ(read(R"({"choice":"three"})"),
              "setting \"choice\": \"three\" is not one of one, two");
    EXPECT_EQ(read(R"({"duration":-1})"),
              "setting \"duration\": -1ns is not in 0ns .. 86400000000000ns");
    EXPECT_EQ(read(R"({"map":{"A":"-1"}})"), "setting \"map\": \"A\": -1 is not in 0 .. any");
    EXPECT_EQ(read(R"({"map":{"A":"1","A":"2"}})"), "setting \"map\": \"A\": given twice");
    EXPECT_EQ(read(R"({"list":["a","b","c"]})"), "setting \"list\": more than 2 items");
    EXPECT_EQ(read(R"({"text":"123456789"})"), "setting \"text\": 9 bytes are over the limit of 8");
}

TEST(Settings, RefuseTheWrongType) {
    for (const char* json : {R"({"integer":"1"})",
                             R"({"integer":1.5})",
                             R"({"boolean":1})",
                             R"({"text":1})",
                             R"({"decimal":1})",
                             R"({"decimal":"x"})",
                             R"({"decimal":"NaN"})",
                             R"({"duration":"1s"})",
                             R"({"list":{}})",
                             R"({"list":[1]})",
                             R"({"map":[]})",
                             R"({"map":{"a":1}})",
                             R"([])",
                             R"({"decimal":"1"} x)",
                             ""})
        EXPECT_NE(read(json), "ok") << json;
}

TEST(Settings, MissingOnesAreNamedForEachKind) {
    const std::string complete =
        R"("integer":1,"boolean":true,"text":"t","duration":1,"list":[],"map":{})";
    Required all;
    ASSERT_TRUE(read_settings(all, "{" + complete + "}"));
    const Status nothing = read_settings(all, "{}");
    ASSERT_FALSE(nothing);
    EXPECT_EQ(nothing.error().message, "setting \"integer\": missing");
}

TEST(Settings, WriteDurationsInTheLargestExactUnit) {
    const auto text = [](std::int64_t ns) {
        SchemaText out;
        out.put_duration(ns);
        return std::string(out.view());
    };
    EXPECT_EQ(text(0), R"("0ns")");
    EXPECT_EQ(text(1), R"("1ns")");
    EXPECT_EQ(text(2000), R"("2us")");
    EXPECT_EQ(text(250 * kNsPerMillisecond), R"("250ms")");
    EXPECT_EQ(text(90 * kNsPerSecond), R"("90s")");
    EXPECT_EQ(text(kNsPerHour), R"("1h")");
    EXPECT_EQ(text(48 * kNsPerHour), R"("2d")");
}

struct Most {
    BooleanSetting a{"a", {}, ""}, b{"b", {}, ""}, c{"c", {}, ""}, d{"d", {}, ""}, e{"e", {}, ""},
        f{"f", {}, ""}, g{"g", {}, ""}, h{"h", {}, ""}, i{"i", {}, ""}, j{"j", {}, ""},
        k{"k", {}, ""}, l{"l", {}, ""}, m{"m", {}, ""}, n{"n", {}, ""}, o{"o", {}, ""},
        p{"p", {}, ""}, q{"q", {}, ""}, r{"r", {}, ""}, s{"s", {}, ""}, t{"t", {}, ""},
        u{"u", {}, ""}, v{"v", {}, ""}, w{"w", {}, ""}, x{"x", {}, ""};
};

TEST(Settings, CanBeTwentyFour) {
    Most most;
    std::string names;
    settings_detail::each_member(most, [&](const auto& setting) { names += setting.name(); });
    EXPECT_EQ(names, "abcdefghijklmnopqrstuvwx");
}

}  // namespace
}  // namespace tradectl
