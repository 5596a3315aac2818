#include <tradectl/timestamp.hpp>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <random>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace tradectl {
namespace {

std::int64_t ns_of(std::string_view text) {
    const auto time = Timestamp::parse(text);
    EXPECT_TRUE(time) << text;
    return time ? time->ns() : 0;
}

TEST(Timestamp, IsTheEpochUnlessTold) {
    EXPECT_EQ(Timestamp().to_string(), "1970-01-01T00:00:00.000000000Z");
    EXPECT_FALSE(Timestamp().is_none());
}

TEST(Timestamp, NoneIsADashAndSortsFirst) {
    EXPECT_EQ(Timestamp::none().to_string(), "-");
    EXPECT_TRUE(Timestamp::none().is_none());
    EXPECT_LT(Timestamp::none(), Timestamp{std::numeric_limits<std::int64_t>::min() + 1});
}

TEST(Timestamp, AddsAndSubtractsNanoseconds) {
    const Timestamp time{5};
    EXPECT_EQ(time.plus_ns(-7).ns(), -2);
    EXPECT_EQ(time.minus(Timestamp{2}), 3);
}

TEST(TimestampParse, ReadsRfc3339) {
    EXPECT_EQ(ns_of("1970-01-01T00:00:00Z"), 0);
    EXPECT_EQ(ns_of("1970-01-01 00:00:01Z"), kNsPerSecond);
    EXPECT_EQ(ns_of("2000-03-01T12:30:45.5Z"), 951'913'845'500'000'000);
    EXPECT_EQ(ns_of("1970-01-01T00:00:00.000000001Z"), 1);
    EXPECT_EQ(ns_of("1969-12-31T23:59:59.999999999Z"), -1);
    EXPECT_EQ(ns_of("2026-01-02"), ns_of("2026-01-02T00:00:00Z"));
}

TEST(TimestampParse, TurnsOffsetsIntoUtc) {
    EXPECT_EQ(ns_of("1970-01-01T02:00:00+02:00"), 0);
    EXPECT_EQ(ns_of("1969-12-31T18:30:00-05:30"), 0);
    EXPECT_EQ(ns_of("1970-01-01T00:00:00.25+00:00"), kNsPerSecond / 4);
}

TEST(TimestampParse, KnowsLeapYears) {
    EXPECT_TRUE(Timestamp::parse("2024-02-29"));
    EXPECT_TRUE(Timestamp::parse("2000-02-29"));
    EXPECT_FALSE(Timestamp::parse("2023-02-29"));
    EXPECT_FALSE(Timestamp::parse("1900-02-29"));
    EXPECT_FALSE(Timestamp::parse("2024-04-31"));
    EXPECT_FALSE(Timestamp::parse("2024-02-30"));
}

TEST(TimestampParse, RefusesAnythingElse) {
    for (const char* text : {"",
                             "2026",
                             "2026-01",
                             "2026-1-2",
                             "2026-00-01",
                             "2026-13-01",
                             "2026-01-00",
                             "2026-01-32",
                             "2026/01/02",
                             "2026-01-02T",
                             "2026-01-02T03:04",
                             "2026-01-02T03:04:05",
                             "2026-01-02T24:00:00Z",
                             "2026-01-02T23:60:00Z",
                             "2026-01-02T23:59:60Z",
                             "2026-01-02T03:04:05.Z",
                             "2026-01-02T03:04:05.1234567890Z",
                             "2026-01-02T03:04:05z",
                             "2026-01-02T03:04:05Z ",
                             " 2026-01-02T03:04:05Z",
                             "2026-01-02T03:04:05+0100",
                             "2026-01-02T03:04:05+24:00",
                             "2026-01-02T03:04:05+01:60",
                             "2026-01-02T03:04:05+01:00Z",
                             "2026-01-02X03:04:05Z",
                             "2026-01-02T03-04-05Z",
                             "+026-01-02",
                             "1677-12-31",
                             "2262-01-01",
                             "now"})
        EXPECT_FALSE(Timestamp::parse(text)) << text;
}

TEST(TimestampParse, ReachesTheEndsOfItsRange) {
    EXPECT_EQ(Timestamp::parse("1678-01-01")->to_string(), "1678-01-01T00:00:00.000000000Z");
    const auto last = Timestamp::parse("2261-12-31T23:59:59.999999999Z");
    EXPECT_EQ(last->to_string(), "2261-12-31T23:59:59.999999999Z");
}

/// The C library's calendar is the oracle.
TEST(Timestamp, AgreesWithTheCalendarOfTheSystem) {
    const char* text = std::getenv("TRADECTL_TEST_SEED");
    const auto seed = text != nullptr ? std::strtoul(text, nullptr, 10) : std::random_device{}();
    std::printf("TRADECTL_TEST_SEED=%lu\n", static_cast<unsigned long>(seed));
    std::mt19937_64 random(seed);
    std::uniform_int_distribution<std::int64_t> any(ns_of("1678-01-01"), ns_of("2261-12-31"));
    for (int i = 0; i < 20'000; ++i) {
        const Timestamp time{any(random)};
        const std::string shown = time.to_string();
        ASSERT_EQ(Timestamp::parse(shown), time) << shown;
        std::int64_t whole = time.ns() / kNsPerSecond;
        if (time.ns() % kNsPerSecond < 0) --whole;
        const std::time_t seconds = whole;
        std::tm parts{};
        ASSERT_NE(gmtime_r(&seconds, &parts), nullptr);
        char expected[32];
        std::strftime(expected, sizeof expected, "%Y-%m-%dT%H:%M:%S", &parts);
        ASSERT_EQ(shown.substr(0, 19), expected);
    }
}

}  // namespace
}  // namespace tradectl
