#include "host/net/retry_after.hpp"

#include <gtest/gtest.h>

namespace tradectl::net {
namespace {

const Timestamp kNow = *Timestamp::parse("2026-11-06T08:49:37Z");

TEST(HttpDate, HasThreeForms) {
    for (const char* text : {"Fri, 06 Nov 2026 08:49:37 GMT",
                             "Friday, 06-Nov-26 08:49:37 GMT",
                             "Fri Nov  6 08:49:37 2026"}) {
        const auto date = parse_http_date(text, kNow);
        ASSERT_TRUE(date) << text;
        EXPECT_EQ(*date, kNow) << text;
    }
    EXPECT_EQ(parse_http_date("Sun Nov 16 08:49:37 1994", kNow),
              Timestamp::parse("1994-11-16T08:49:37Z"));
}

TEST(HttpDate, TwoDigitsMoreThanFiftyYearsAheadAreThePast) {
    EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT", kNow),
              Timestamp::parse("1994-11-06T08:49:37Z"));
    EXPECT_EQ(parse_http_date("Sunday, 06-Nov-76 08:49:37 GMT", kNow),
              Timestamp::parse("2076-11-06T08:49:37Z"));
}

TEST(HttpDate, AnythingElseIsNone) {
    for (const char* text : {"",
                             "Fri, 06 Nov 2026 08:49:37",
                             "Fri, 06 Nov 2026 08:49:37 CET",
                             "Fri, 6 Nov 2026 08:49:37 GMT",
                             "Fri, 31 Feb 2026 08:49:37 GMT",
                             "Fri, 00 Nov 2026 08:49:37 GMT",
                             "Fri, 06 Nov 2026 24:00:00 GMT",
                             "Fri, 06 Nov 2026 08:60:00 GMT",
                             "Fri, 06 Nov 0000 08:49:37 GMT",
                             "Fri, 06 Nov 9999 08:49:37 GMT",
                             "Xyz, 06 Nov 2026 08:49:37 GMT",
                             "Fri, 06 Nov 2026 08:49:37 GMT ",
                             "Fri, 06 Nov 2"}) {
        EXPECT_FALSE(parse_http_date(text, kNow)) << text;
    }
}

TEST(RetryAfter, IsSecondsOrADate) {
    EXPECT_EQ(parse_retry_after("0", kNow), 0);
    EXPECT_EQ(parse_retry_after("120", kNow), 120 * kNsPerSecond);
    EXPECT_EQ(parse_retry_after("Fri, 06 Nov 2026 08:50:37 GMT", kNow), kNsPerMinute);
    EXPECT_EQ(parse_retry_after("Fri, 06 Nov 2026 08:40:00 GMT", kNow), 0);
}

TEST(RetryAfter, IsBelievedForADayAtMost) {
    EXPECT_EQ(parse_retry_after("86400", kNow), kRetryAfterNsMax);
    EXPECT_EQ(parse_retry_after("86401", kNow), kRetryAfterNsMax);
    EXPECT_EQ(parse_retry_after("99999999999999999999999", kNow), kRetryAfterNsMax);
    EXPECT_EQ(parse_retry_after("Fri, 06 Nov 2099 08:49:37 GMT", kNow), kRetryAfterNsMax);
}

TEST(RetryAfter, AnythingElseIsNone) {
    for (const char* text : {"", "-1", "1.5", "soon", " 1", "1 "})
        EXPECT_FALSE(parse_retry_after(text, kNow)) << text;
}

}  // namespace
}  // namespace tradectl::net
