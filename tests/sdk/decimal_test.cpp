#include <tradectl/decimal.hpp>

#include <cstdlib>
#include <limits>
#include <string>
#include <type_traits>
#include <unordered_set>

#include <gtest/gtest.h>

namespace tradectl {
namespace {

constexpr auto kHalfEven = Rounding::HalfEven;
const Decimal kUlp = Decimal::from_raw(1);

static_assert(std::is_trivially_copyable_v<Decimal>);
static_assert(sizeof(Decimal) == 16 && alignof(Decimal) == 8);
static_assert(1.5_d + 0.25_d == 1.75_d);
static_assert(10'000.000'1_d == 10000.0001_d);
static_assert(-1.5e-8_d == Decimal::from_raw(-15'000'000'000));
static_assert(checked_mul(1.5_d, 3_d, kHalfEven) == 4.5_d);
static_assert(checked_div(1_d, 3_d, kHalfEven) == 0.333333333333333333_d);

TEST(Decimal, LiesInMemoryAsTheAbiSays) {
    const tradectl_decimal one{UINT64_C(1'000'000'000'000'000'000), 0};
    EXPECT_EQ(Decimal::from_abi(one), 1_d);
    EXPECT_EQ((-1_d).to_abi().hi, -1);
    EXPECT_EQ((-1_d).to_abi().lo, UINT64_C(0) - one.lo);
    EXPECT_EQ(Decimal::null().to_abi().lo, 0U);
    EXPECT_EQ(Decimal::null().to_abi().hi, INT64_MIN);
}

TEST(Decimal, IsZeroUnlessTold) {
    const Decimal zero;
    EXPECT_TRUE(zero.is_zero());
    EXPECT_FALSE(zero.is_null());
    EXPECT_EQ(zero.sign(), 0);
    EXPECT_EQ(zero.to_string(), "0");
}

TEST(Decimal, NullIsNoNumber) {
    const Decimal null = Decimal::null();
    EXPECT_TRUE(null.is_null());
    EXPECT_FALSE(null.is_zero());
    EXPECT_EQ(null.sign(), 0);
    EXPECT_FALSE(null.is_positive());
    EXPECT_FALSE(null.is_negative());
    EXPECT_EQ(null.to_string(), "null");
    EXPECT_EQ(null.to_string(2), "null");
    EXPECT_TRUE(null.to_double() != null.to_double());
}

TEST(Decimal, NullEqualsNullAloneAndSortsFirst) {
    EXPECT_EQ(Decimal::null(), Decimal::null());
    EXPECT_NE(Decimal::null(), Decimal{});
    EXPECT_LT(Decimal::null(), Decimal::min());
}

TEST(Decimal, ComparesOverBothHalves) {
    EXPECT_LT(-1_d, 0_d);
    EXPECT_LT(-2_d, -1_d);
    EXPECT_LT(18.4_d, 18.5_d);  // around 2^64 units
    EXPECT_LT(-18.5_d, -18.4_d);
    EXPECT_LT(Decimal::min(), Decimal::max());
    EXPECT_GT(kUlp, 0_d);
    EXPECT_LT(-kUlp, 0_d);
}

TEST(Decimal, TakesEveryInt64) {
    EXPECT_EQ(Decimal::from_int(std::numeric_limits<std::int64_t>::max()).to_string(),
              "9223372036854775807");
    EXPECT_EQ(Decimal::from_int(std::numeric_limits<std::int64_t>::min()).to_string(),
              "-9223372036854775808");
}

TEST(Decimal, TakesAMantissaWithZeroToEighteenDecimals) {
    EXPECT_EQ(*Decimal::from_mantissa(-12345, 2), -123.45_d);
    EXPECT_EQ(*Decimal::from_mantissa(INT64_MAX, 0), Decimal::from_int(INT64_MAX));
    EXPECT_EQ(*Decimal::from_mantissa(1, 18), kUlp);
    EXPECT_EQ(Decimal::from_mantissa(1, 19).error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(Decimal::from_mantissa(1, -1).error().code, ErrorCode::InvalidArgument);
}

TEST(DecimalParse, ReadsPlainAndExponentForms) {
    const std::pair<const char*, Decimal> cases[] = {
        {"0", 0_d},
        {"-0", 0_d},
        {"+1.5", 1.5_d},
        {"007", 7_d},
        {".5", 0.5_d},
        {"5.", 5_d},
        {"1.5e-8", 1.5e-8_d},
        {"1.5E+3", 1500_d},
        {"-12e2", -1200_d},
        {"0.1e1", 1_d},
        {"0e999999", 0_d},
        {"1e-18", kUlp},
        {"10e-19", kUlp},
        {"1.0000000000000000000000", 1_d},
        {"0.5e0", 0.5_d},
    };
    for (const auto& [text, value] : cases) {
        const auto parsed = Decimal::parse(text);
        ASSERT_TRUE(parsed) << text;
        EXPECT_EQ(*parsed, value) << text;
    }
}

TEST(DecimalParse, RefusesWhatIsNotANumber) {
    for (const char* text :
         {"",      " ",     " 1",   "1 ",    "+",        "-",    ".",     "-.",
          "NaN",   "nan",   "inf",  "-inf",  "Infinity", "0x10", "1_000", "1,5",
          "1.2.3", "1e",    "1e+",  "1e1.5", "e5",       ".e5",  "--1",   "+-1",
          "1e5e5", "1'000", "null", "1\n",   "\t1",      "1d",   "1e 5",  "1f"}) {
        const auto parsed = Decimal::parse(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_EQ(parsed.error().code, ErrorCode::InvalidArgument) << text;
        EXPECT_FALSE(Decimal::parse(text, kHalfEven)) << text;
    }
    EXPECT_FALSE(Decimal::parse(std::string_view("1\0", 2)));
}

TEST(DecimalParse, NamesTheTextButNotAllOfALongOne) {
    EXPECT_EQ(Decimal::parse("1,5").error().message, "not a decimal number: \"1,5\"");
    const std::string longer(1000, 'x');
    EXPECT_LT(Decimal::parse(longer).error().message.size(), 100U);
}

TEST(DecimalParse, RefusesMoreThanEighteenDecimalsUnlessZero) {
    EXPECT_EQ(Decimal::parse("1e-19").error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(Decimal::parse("0.1234567890123456789").error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(Decimal::parse("1e-999999999999999999999").error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(*Decimal::parse("0.1234567890123456780"), 0.123456789012345678_d);
}

TEST(DecimalParse, RefusesWhatIsOutOfRange) {
    EXPECT_EQ(*Decimal::parse("170141183460469231731.687303715884105727"), Decimal::max());
    EXPECT_EQ(*Decimal::parse("-170141183460469231731.687303715884105727"), Decimal::min());
    for (const char* text : {"170141183460469231731.687303715884105728",
                             "-170141183460469231731.687303715884105728",
                             "1e21",
                             "1e99999999999999999999",
                             "999999999999999999999999999999999999999999999"}) {
        EXPECT_EQ(Decimal::parse(text).error().code, ErrorCode::Overflow) << text;
        EXPECT_EQ(Decimal::parse(text, Rounding::Down).error().code, ErrorCode::Overflow) << text;
    }
}

TEST(DecimalParse, RoundsWhenToldHow) {
    const auto parse = [](const char* text, Rounding rounding) {
        return Decimal::parse(text, rounding).value();
    };
    EXPECT_EQ(parse("0.5e-18", Rounding::HalfEven), 0_d);
    EXPECT_EQ(parse("1.5e-18", Rounding::HalfEven).raw(), 2);
    EXPECT_EQ(parse("0.5e-18", Rounding::HalfUp), kUlp);
    EXPECT_EQ(parse("0.50000000000000000001e-18", Rounding::HalfEven), kUlp);
    EXPECT_EQ(parse("0.49999999999999999999e-18", Rounding::HalfUp), 0_d);
    EXPECT_EQ(parse("-1e-400", Rounding::Floor), -kUlp);
    EXPECT_EQ(parse("-1e-400", Rounding::Ceiling), 0_d);
    EXPECT_EQ(parse("9e-20", Rounding::HalfUp), 0_d);
    EXPECT_EQ(parse("9e-20", Rounding::Up), kUlp);
}

TEST(DecimalText, IsTheShortestExactPlainForm) {
    for (const char* text : {"0",
                             "1",
                             "-1",
                             "0.1",
                             "-0.000000000000000001",
                             "1234567.89",
                             "100",
                             "170141183460469231731.687303715884105727",
                             "18446744073709551616"})
        EXPECT_EQ(Decimal::parse(text)->to_string(), text);
    EXPECT_EQ((1.500_d).to_string(), "1.5");
}

TEST(DecimalText, FitsItsBufferAndNothingMore) {
    char buffer[Decimal::kTextBytesMax + 1];
    buffer[Decimal::kTextBytesMax] = '#';
    EXPECT_EQ(Decimal::min().write(buffer), buffer + Decimal::kTextBytesMax);
    EXPECT_EQ(buffer[Decimal::kTextBytesMax], '#');
}

TEST(DecimalText, ShowsAFixedNumberOfDecimals) {
    EXPECT_EQ((2.345_d).to_string(2), "2.34");
    EXPECT_EQ((2.355_d).to_string(2), "2.36");
    EXPECT_EQ((2.345_d).to_string(2, Rounding::HalfUp), "2.35");
    EXPECT_EQ((-0.004_d).to_string(2), "0.00");
    EXPECT_EQ((-0.001_d).to_string(2, Rounding::Floor), "-0.01");
    EXPECT_EQ((5_d).to_string(0), "5");
    EXPECT_EQ((9.99_d).to_string(1), "10.0");
    EXPECT_EQ((1_d).to_string(18), "1.000000000000000000");
    EXPECT_EQ((1.5_d).to_string(99), "1.500000000000000000");
    EXPECT_EQ((1.5_d).to_string(-1), "2");
    EXPECT_EQ(Decimal::max().to_string(0), "170141183460469231732");
}

TEST(DecimalMath, FailsOnNullOperands) {
    const Decimal null = Decimal::null();
    for (const Decimal other : {null, 0_d, 1_d, Decimal::min()}) {
        EXPECT_FALSE(checked_add(null, other));
        EXPECT_FALSE(checked_add(other, null));
        EXPECT_FALSE(checked_sub(null, other));
        EXPECT_FALSE(checked_sub(other, null));
        EXPECT_FALSE(checked_mul(null, other, kHalfEven));
        EXPECT_FALSE(checked_mul(other, null, kHalfEven));
        EXPECT_FALSE(checked_div(null, other, kHalfEven));
        EXPECT_FALSE(checked_div(other, null, kHalfEven));
        EXPECT_FALSE(round_to(null, other, kHalfEven));
        EXPECT_FALSE(round_to(other, null, kHalfEven));
    }
    EXPECT_FALSE(checked_negate(null));
    EXPECT_FALSE(checked_abs(null));
}

TEST(DecimalMath, FailsRatherThanWrapAtTheEnds) {
    EXPECT_FALSE(checked_add(Decimal::max(), kUlp));
    EXPECT_FALSE(checked_add(Decimal::min(), -kUlp));  // the sum would look like null
    EXPECT_FALSE(checked_sub(Decimal::min(), kUlp));
    EXPECT_FALSE(checked_sub(-kUlp, Decimal::max()) == Decimal::null());
    EXPECT_FALSE(checked_sub(Decimal::min(), Decimal::max()));
    EXPECT_EQ(checked_add(Decimal::max(), Decimal::min()), 0_d);
    EXPECT_EQ(checked_mul(Decimal::max(), 1_d, kHalfEven), Decimal::max());
    EXPECT_FALSE(checked_mul(Decimal::max(), 1_d + kUlp, kHalfEven));
    EXPECT_FALSE(checked_mul(Decimal::max(), Decimal::min(), kHalfEven));
    EXPECT_EQ(checked_div(Decimal::min(), 1_d, kHalfEven), Decimal::min());
    EXPECT_FALSE(checked_div(Decimal::max(), 0.999999999999999999_d, kHalfEven));
    EXPECT_FALSE(checked_div(Decimal::max(), kUlp, kHalfEven));
    EXPECT_EQ(checked_negate(Decimal::max()), Decimal::min());
    EXPECT_EQ(checked_abs(Decimal::min()), Decimal::max());
}

TEST(DecimalMath, FailsOnAZeroDivisor) {
    EXPECT_FALSE(checked_div(1_d, 0_d, kHalfEven));
    EXPECT_FALSE(checked_div(0_d, 0_d, kHalfEven));
    EXPECT_EQ(checked_div(0_d, -3_d, kHalfEven), 0_d);
}

TEST(DecimalMath, RoundsATieByEveryMode) {
    const Decimal half = 0.5_d;
    const auto raw = [&](int units, Rounding rounding) {
        return static_cast<int>(checked_mul(Decimal::from_raw(units), half, rounding)->raw());
    };
    EXPECT_EQ(raw(1, Rounding::HalfEven), 0);
    EXPECT_EQ(raw(3, Rounding::HalfEven), 2);
    EXPECT_EQ(raw(-3, Rounding::HalfEven), -2);
    EXPECT_EQ(raw(1, Rounding::HalfUp), 1);
    EXPECT_EQ(raw(-1, Rounding::HalfUp), -1);
    EXPECT_EQ(raw(-3, Rounding::Down), -1);
    EXPECT_EQ(raw(-3, Rounding::Up), -2);
    EXPECT_EQ(raw(-3, Rounding::Floor), -2);
    EXPECT_EQ(raw(3, Rounding::Floor), 1);
    EXPECT_EQ(raw(-3, Rounding::Ceiling), -1);
    EXPECT_EQ(raw(3, Rounding::Ceiling), 2);
}

TEST(DecimalMath, RoundsToAStep) {
    EXPECT_EQ(round_to(101.37_d, 0.05_d, Rounding::Down), 101.35_d);
    EXPECT_EQ(round_to(101.37_d, 0.05_d, Rounding::Up), 101.40_d);
    EXPECT_EQ(round_to(-101.37_d, 0.05_d, Rounding::Floor), -101.40_d);
    EXPECT_EQ(round_to(0.075_d, 0.05_d, Rounding::HalfEven), 0.1_d);  // 1.5 steps
    EXPECT_EQ(round_to(0.125_d, 0.05_d, Rounding::HalfEven), 0.1_d);  // 2.5 steps
    EXPECT_EQ(round_to(0.125_d, 0.05_d, Rounding::HalfUp), 0.15_d);
    EXPECT_EQ(round_to(7_d, 7_d, Rounding::Up), 7_d);
    EXPECT_FALSE(round_to(1_d, 0_d, kHalfEven));
    EXPECT_FALSE(round_to(1_d, -1_d, kHalfEven));
    EXPECT_FALSE(round_to(Decimal::max(), 1_d, Rounding::Up));
    EXPECT_EQ(round_to(Decimal::max(), 1_d, Rounding::Down), 170141183460469231731_d);
}

TEST(DecimalMath, KnowsMultiples) {
    EXPECT_TRUE((0.3_d).is_multiple_of(0.1_d));
    EXPECT_TRUE((-0.3_d).is_multiple_of(0.1_d));
    EXPECT_TRUE((0_d).is_multiple_of(0.1_d));
    EXPECT_FALSE((0.35_d).is_multiple_of(0.1_d));
    EXPECT_FALSE((0.3_d).is_multiple_of(0_d));
    EXPECT_FALSE((0.3_d).is_multiple_of(-0.1_d));
    EXPECT_FALSE((0.3_d).is_multiple_of(Decimal::null()));
    EXPECT_FALSE(Decimal::null().is_multiple_of(0.1_d));
}

TEST(DecimalMathDeathTest, OperatorsStopTheProcessRatherThanWrap) {
    EXPECT_DEATH((void)(Decimal::max() + kUlp), "");
    EXPECT_DEATH((void)(Decimal::min() - kUlp), "");
    EXPECT_DEATH((void)(-Decimal::null()), "");
}

TEST(Decimal, GivesTheNearestDouble) {
    EXPECT_EQ((0.5_d).to_double(), 0.5);
    EXPECT_EQ((-12345.25_d).to_double(), -12345.25);
    EXPECT_EQ((100'000_d).to_double(), 1e5);  // 10^23 in 10^-18 is no double
    EXPECT_EQ((61'234.57_d).to_double(), 61234.57);
    EXPECT_EQ(Decimal::max().to_double(),
              std::strtod("170141183460469231731.687303715884105727", nullptr));
}

TEST(Decimal, HashesAsAKey) {
    std::unordered_set<Decimal> seen;
    for (int i = 0; i < 1000; ++i)
        seen.insert(Decimal::from_int(i - 500));
    EXPECT_EQ(seen.size(), 1000U);
    EXPECT_TRUE(seen.count(-500_d) == 1);
    EXPECT_TRUE(seen.count(500_d) == 0);
}

}  // namespace
}  // namespace tradectl
