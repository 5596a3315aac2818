#include "host/backtest/page_text.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace tradectl::backtest::page {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(EscapeHtml, LeavesNothingThatMarkupIsMadeOf) {
    EXPECT_EQ(escape_html("<a href=\"x\" id='y'>&"),
              "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;");
    EXPECT_EQ(escape_html("a\nb\tc\rd\x7f"), "a\nb\tc\uFFFDd\uFFFD");
    EXPECT_EQ(escape_html(std::string_view("\0", 1)), "\uFFFD");
    EXPECT_EQ(escape_html("München"), "München");
}

TEST(EscapeScriptJson, CannotEndTheElement) {
    EXPECT_EQ(escape_script_json("</script>"), "\\u003c/script\\u003e");
    EXPECT_EQ(escape_script_json("<!--\"\\\n"), "\\u003c!--\\u0022\\u005c\\u000a");
}

TEST(Typeset, PartsThousandsAndSetsTheMinus) {
    EXPECT_EQ(typeset("1234567.8912"), "1,234,567.8912");
    EXPECT_EQ(typeset("-999"), "\u2212999");
    EXPECT_EQ(typeset("-1000"), "\u22121,000");
    EXPECT_EQ(typeset("12.34 %"), "12.34 %");
    EXPECT_EQ(typeset("3d 4h"), "3d 4h");
    EXPECT_EQ(typeset("9,876.50"), "9,876.50");
    EXPECT_EQ(typeset(""), "");
}

TEST(Show, RoundsAndDropsZeros) {
    EXPECT_EQ(show(1234.5_d), "1,234.5");
    EXPECT_EQ(show(0.123456789_d), "0.12345679");
    EXPECT_EQ(show(2.5_d, 0), "2");  // half to even
    EXPECT_EQ(show(-0.004_d, 2), "0");
    EXPECT_EQ(show(Decimal::null()), "\u2013");
    EXPECT_EQ(show(Decimal::max()).substr(0, 7), "170,141");
}

TEST(ShowFixed, KeepsEveryDigit) {
    EXPECT_EQ(show_fixed(1234.5_d, 2), "1,234.50");
    EXPECT_EQ(show_fixed(7_d, 3), "7.000");
    EXPECT_EQ(show_fixed(7.6_d, 0), "8");
    EXPECT_EQ(show_fixed(Decimal::null(), 2), "\u2013");
}

TEST(ShowPercent, IsADashForWhatIsNoNumber) {
    EXPECT_EQ(show_percent(0.01234), "1.23\u00A0%");
    EXPECT_EQ(show_percent(-12.5, 0), "\u22121,250\u00A0%");
    EXPECT_EQ(show_percent(-0.00001), "0.00\u00A0%");
    EXPECT_EQ(show_percent(kNan), "\u2013");
    EXPECT_EQ(show_percent(kInfinity), "\u2013");
}

TEST(ShowTime, IsShort) {
    EXPECT_EQ(show_time(*Timestamp::parse("2026-01-02T03:04:05Z")), "2026-01-02 03:04:05");
    EXPECT_EQ(show_time(*Timestamp::parse("2026-01-02T03:04:05.6789Z")), "2026-01-02 03:04:05.678");
    EXPECT_EQ(show_time(Timestamp::none()), "\u2013");
}

TEST(ShowDuration, NamesTheTwoLargestUnits) {
    EXPECT_EQ(show_duration(0), "0 s");
    EXPECT_EQ(show_duration(1'234'567'890), "1.235 s");
    EXPECT_EQ(show_duration(59 * kNsPerSecond), "59 s");
    EXPECT_EQ(show_duration(60 * kNsPerSecond), "1 m");
    EXPECT_EQ(show_duration(25 * kNsPerHour + 59 * kNsPerMinute), "1 d 1 h");
    EXPECT_EQ(show_duration(1200 * kNsPerDay), "1,200 d");
    EXPECT_EQ(show_duration(-kNsPerMinute), "\u22121 m");
    EXPECT_EQ(show_duration(INT64_MIN), "\u2212106,751 d 23 h");
}

TEST(PlainNumber, IsWhatJsonReads) {
    EXPECT_EQ(plain_number(0, 5), "0");
    EXPECT_EQ(plain_number(-0.0, 5), "0");
    EXPECT_EQ(plain_number(1234.5678, 6), "1234.57");
    EXPECT_EQ(plain_number(kNan, 5), "null");
    EXPECT_EQ(plain_number(-kInfinity, 5), "null");
    EXPECT_EQ(plain_number(1e300, 5), "1e+300");
}

TEST(Drawn, IsNoNumberForNull) {
    EXPECT_TRUE(std::isnan(drawn(Decimal::null())));
    EXPECT_EQ(drawn(1.5_d), 1.5);
}

}  // namespace
}  // namespace tradectl::backtest::page
