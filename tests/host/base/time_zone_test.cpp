#include "host/base/time_zone.hpp"

#include "host/base/posix_zone.hpp"

#include <tradectl/timestamp.hpp>

#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string_view>

#include <gtest/gtest.h>

namespace tradectl {
namespace {

std::int64_t local(std::string_view text) {
    return Timestamp::parse(std::string(text) + "Z").value().ns();
}

std::string utc(const TimeZone& zone, std::string_view text, DstChoice choice = DstChoice::Refuse) {
    std::int64_t ns = 0;
    switch (zone.to_utc(local(text), choice, ns)) {
        case LocalTime::Once: return Timestamp{ns}.to_string().substr(0, 19);
        case LocalTime::Skipped: return "skipped";
        case LocalTime::Twice: return "twice";
    }
    return "";
}

/// A version 2 file of one change to summer time at 1000000 s and the rule of New York behind it.
std::string small_zone(std::string_view footer) {
    const auto big = [](std::uint64_t value, int bytes) {
        std::string text;
        for (int i = bytes - 1; i >= 0; --i)
            text += static_cast<char>(value >> (8 * i));
        return text;
    };
    const auto block = [&](int time_bytes) {
        std::string text = "TZif2" + std::string(15, '\0');
        for (const std::uint64_t count : {0, 0, 0, 1, 2, 8})
            text += big(count, 4);
        text += big(1'000'000, time_bytes) + std::string(1, '\1');
        text += big(static_cast<std::uint32_t>(-18'000), 4) + std::string(2, '\0');
        text += big(static_cast<std::uint32_t>(-14'400), 4) + std::string("\1\4", 2);
        return text + std::string("EST\0EDT\0", 8);
    };
    return block(4) + block(8) + "\n" + std::string(footer) + "\n";
}

Expected<TimeZone> parse(const std::string& content) {
    return TimeZone::parse("test", std::as_bytes(std::span(content)));
}

TEST(TimeZone, KnowsFixedOffsets) {
    const std::pair<const char*, int> offsets[] = {
        {"UTC", 0}, {"Z", 0}, {"-05:00", -18'000}, {"+0530", 19'800}, {"+00:00", 0}};
    for (const auto& [name, seconds] : offsets) {
        const auto zone = TimeZone::open(name);
        ASSERT_TRUE(zone) << name;
        EXPECT_EQ(zone->offset_at(0), seconds) << name;
        EXPECT_EQ(zone->name(), name);
    }
    EXPECT_EQ(utc(*TimeZone::open("-05:00"), "2020-01-01T17:00:00"), "2020-01-01T22:00:00");
}

TEST(TimeZone, RefusesNamesThatLeadElsewhere) {
    for (const char* name : {"", "/etc/passwd", "../passwd", "a/../b", "America/New York", "\xff"})
        EXPECT_EQ(TimeZone::open(name).error().code, ErrorCode::InvalidArgument) << name;
    EXPECT_EQ(TimeZone::open("Nowhere/Town").error().code, ErrorCode::NotFound);
    EXPECT_FALSE(TimeZone::open("25:00"));
}

TEST(TimeZone, ReadsATableAndGoesOnByItsRule) {
    const auto zone = parse(small_zone("EST5EDT,M3.2.0,M11.1.0"));
    ASSERT_TRUE(zone) << zone.error().message;
    EXPECT_EQ(zone->offset_at(999'999), -18'000);
    EXPECT_EQ(zone->offset_at(1'000'000), -14'400);
    EXPECT_EQ(utc(*zone, "2013-10-07T09:30:00"), "2013-10-07T13:30:00");
    EXPECT_EQ(utc(*zone, "2013-12-02T09:30:00"), "2013-12-02T14:30:00");
    EXPECT_EQ(utc(*zone, "2150-07-01T00:00:00"), "2150-07-01T04:00:00");
}

TEST(TimeZone, AnHourThatIsNotThereIsSkipped) {
    const auto zone = parse(small_zone("EST5EDT,M3.2.0,M11.1.0"));
    EXPECT_EQ(utc(*zone, "2013-03-10T01:59:59"), "2013-03-10T06:59:59");
    EXPECT_EQ(utc(*zone, "2013-03-10T02:00:00"), "skipped");
    EXPECT_EQ(utc(*zone, "2013-03-10T02:59:59"), "skipped");
    EXPECT_EQ(utc(*zone, "2013-03-10T02:30:00", DstChoice::Earlier), "skipped");
    EXPECT_EQ(utc(*zone, "2013-03-10T03:00:00"), "2013-03-10T07:00:00");
}

TEST(TimeZone, AnHourThatIsThereTwiceNeedsAChoice) {
    const auto zone = parse(small_zone("EST5EDT,M3.2.0,M11.1.0"));
    EXPECT_EQ(utc(*zone, "2013-11-03T00:59:59"), "2013-11-03T04:59:59");
    EXPECT_EQ(utc(*zone, "2013-11-03T01:00:00"), "twice");
    EXPECT_EQ(utc(*zone, "2013-11-03T01:59:59"), "twice");
    EXPECT_EQ(utc(*zone, "2013-11-03T01:30:00", DstChoice::Earlier), "2013-11-03T05:30:00");
    EXPECT_EQ(utc(*zone, "2013-11-03T01:30:00", DstChoice::Later), "2013-11-03T06:30:00");
    EXPECT_EQ(utc(*zone, "2013-11-03T02:00:00"), "2013-11-03T07:00:00");
}

TEST(TimeZone, EveryBeginningOfAFileIsRefused) {
    const std::string whole = small_zone("EST5EDT,M3.2.0,M11.1.0");
    for (std::size_t bytes = 0; bytes < whole.size(); ++bytes)
        EXPECT_EQ(parse(whole.substr(0, bytes)).error().code, ErrorCode::Corrupt) << bytes;
    for (const char* rule :
         {"EST", "EST5EDT", "EST5EDT,M13.1.0,M11.1.0", "EST5EDT,M3.2.0", "5", "x"})
        EXPECT_FALSE(parse(small_zone(rule))) << rule;
    EXPECT_TRUE(parse(small_zone("")));
    EXPECT_TRUE(parse(small_zone("<-03>3")));
}

TEST(TimeZone, AgreesWithTheSystemsOwnReader) {
    if (!std::filesystem::exists("/usr/share/zoneinfo/Europe/London"))
        GTEST_SKIP() << "skipped: no /usr/share/zoneinfo";
    for (const char* name : {"America/New_York",
                             "Europe/London",
                             "Asia/Tokyo",
                             "Asia/Kolkata",
                             "Australia/Lord_Howe",
                             "America/Sao_Paulo",
                             "Africa/Casablanca",
                             "UTC"}) {
        const auto zone = TimeZone::open(name);
        ASSERT_TRUE(zone) << name << zone.error().message;
        ::setenv("TZ", name, 1);
        ::tzset();
        for (std::time_t time = 0; time < 2'500'000'000; time += 86'399) {
            std::tm parts{};
            ::localtime_r(&time, &parts);
            ASSERT_EQ(zone->offset_at(time), parts.tm_gmtoff) << name << time;
            std::int64_t back = 0;
            const std::int64_t local_ns = (time + parts.tm_gmtoff) * kNsPerSecond;
            const auto choice = parts.tm_isdst > 0 ? DstChoice::Earlier : DstChoice::Later;
            ASSERT_NE(zone->to_utc(local_ns, choice, back), LocalTime::Skipped) << name << time;
        }
        ::unsetenv("TZ");
        ::tzset();
    }
}

TEST(PosixZone, CountsDaysInItsThreeWays) {
    const auto first = [](std::string_view text, std::size_t year) {
        const auto rule = PosixZone::parse(text);
        return Timestamp{rule->changes()[2 * (year - 1970)].first * kNsPerSecond}
            .to_string()
            .substr(0, 16);
    };
    EXPECT_EQ(first("AAA0BBB,M3.5.0/1,M10.5.0", 2024), "2024-03-31T01:00");
    EXPECT_EQ(first("AAA0BBB,J60/0,J300", 2024), "2024-03-01T00:00");
    EXPECT_EQ(first("AAA0BBB,J60/0,J300", 2023), "2023-03-01T00:00");
    EXPECT_EQ(first("AAA0BBB,59/0,299", 2024), "2024-02-29T00:00");
    EXPECT_EQ(first("AAA-2BBB,M3.4.4/50,M10.4.4/50", 2024), "2024-03-30T00:00");
}

}  // namespace
}  // namespace tradectl
