#include "host/config/scalar.hpp"

#include <string>

#include <gtest/gtest.h>

namespace tradectl::config {
namespace {

struct DurationCase {
    const char* text;
    std::int64_t ns;
};

TEST(Duration, ReadsEveryUnitExactly) {
    const DurationCase cases[] = {{"0", 0},
                                  {"1ns", 1},
                                  {"5us", 5'000},
                                  {"5ms", 5'000'000},
                                  {"1.5s", 1'500'000'000},
                                  {"0.000000001s", 1},
                                  {"2m", 120'000'000'000},
                                  {"0.05m", 3'000'000'000},
                                  {"1.25h", 4'500'000'000'000},
                                  {"0.5d", 43'200'000'000'000},
                                  {"1.000s", 1'000'000'000},
                                  {"9223372036854775807ns", 9'223'372'036'854'775'807}};
    for (const auto& [text, ns] : cases) {
        const auto value = parse_duration(text);
        ASSERT_TRUE(value) << text;
        EXPECT_EQ(*value, ns) << text;
    }
}

TEST(Duration, RefusesWhatIsNotOne) {
    for (const char* text : {"",
                             "5",
                             "ms",
                             "-5ms",
                             "+5ms",
                             "5 ms",
                             "5MS",
                             "5.ms",
                             ".5s",
                             "1h30m",
                             "1e3s",
                             "0x1s",
                             "nan",
                             "infs",
                             "1_000s",
                             "5ms "})
        EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(Duration, RefusesWhatIsFinerThanANanosecond) {
    for (const char* text : {"0.5ns", "1.0000000001s", "0.00000001ms", "0.0000000000000000001d"})
        EXPECT_EQ(parse_duration(text).error().message,
                  "'" + std::string(text) + "' is finer than a nanosecond");
}

TEST(Duration, RefusesOverflow) {
    for (const char* text :
         {"9223372036854775808ns", "9223372037s", "106752d", "99999999999999999999h"})
        EXPECT_FALSE(parse_duration(text)) << text;
    EXPECT_TRUE(parse_duration("9223372036s"));
}

TEST(Duration, FormatsInTheLargestWholeUnit) {
    EXPECT_EQ(format_duration(0), "0s");
    EXPECT_EQ(format_duration(1'500'000'000), "1500ms");
    EXPECT_EQ(format_duration(86'400'000'000'000), "1d");
    for (const std::int64_t ns : {1LL, 999LL, 60'000'000'000LL, 123'456'789LL})
        EXPECT_EQ(*parse_duration(format_duration(ns)), ns);
}

TEST(Size, ReadsUnitsAndRefusesOthers) {
    EXPECT_EQ(*parse_size("16MiB"), 16U << 20);
    EXPECT_EQ(*parse_size("4096"), 4096U);
    EXPECT_EQ(*parse_size("7B"), 7U);
    EXPECT_EQ(*parse_size("1GiB"), 1U << 30);
    for (const char* text : {"", "MiB", "1.5MiB", "1MB", "1 KiB", "-1", "9223372036854775807GiB"})
        EXPECT_FALSE(parse_size(text)) << text;
}

TEST(Size, FormatsInTheLargestWholeUnit) {
    EXPECT_EQ(format_size(16U << 20), "16MiB");
    EXPECT_EQ(format_size(1000), "1000B");
    EXPECT_EQ(format_size(0), "0B");
}

TEST(Integer, StopsAtTheBoundaries) {
    EXPECT_EQ(*parse_integer("-9223372036854775808"), INT64_MIN);
    for (const char* text : {"9223372036854775808", "", "-", "1.0", "1e3", "0x1", " 1", "1 ", "+1"})
        EXPECT_FALSE(parse_integer(text)) << text;
}

}  // namespace
}  // namespace tradectl::config
