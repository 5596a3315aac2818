// Decimal against arbitrary-precision integers of another author.
#include <tradectl/decimal.hpp>

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <random>
#include <string>

#include <boost/multiprecision/cpp_int.hpp>
#include <gtest/gtest.h>

namespace tradectl {
namespace {

using boost::multiprecision::cpp_int;

const cpp_int kOne("1000000000000000000");
const cpp_int kRawMax = (cpp_int(1) << 127) - 1;
constexpr Rounding kModes[] = {Rounding::HalfEven,
                               Rounding::HalfUp,
                               Rounding::Down,
                               Rounding::Up,
                               Rounding::Floor,
                               Rounding::Ceiling};

std::uint64_t test_seed() {
    const char* text = std::getenv("TRADECTL_TEST_SEED");
    const std::uint64_t seed =
        text != nullptr ? std::strtoull(text, nullptr, 10) : std::random_device{}();
    std::printf("TRADECTL_TEST_SEED=%llu\n", static_cast<unsigned long long>(seed));
    return seed;
}

cpp_int to_big(Decimal value) {
    const auto abi = value.to_abi();
    return (cpp_int(abi.hi) << 64) + abi.lo;
}

/// numerator / denominator (above 0) by floor division: not the way that Decimal goes.
cpp_int divide(const cpp_int& numerator, const cpp_int& denominator, Rounding rounding) {
    cpp_int floor = numerator / denominator;
    cpp_int rest = numerator % denominator;
    if (rest < 0) {
        rest += denominator;
        --floor;
    }
    if (rest == 0) return floor;
    const cpp_int above = floor + 1;
    const cpp_int& toward_zero = numerator < 0 ? above : floor;
    const cpp_int& away = numerator < 0 ? floor : above;
    const int half = cpp_int(rest * 2).compare(denominator);
    switch (rounding) {
        case Rounding::Floor: return floor;
        case Rounding::Ceiling: return above;
        case Rounding::Down: return toward_zero;
        case Rounding::Up: return away;
        case Rounding::HalfUp: return half == 0 ? away : half < 0 ? floor : above;
        case Rounding::HalfEven:
            if (half == 0) return floor % 2 == 0 ? floor : above;
            return half < 0 ? floor : above;
    }
    return 0;
}

/// What a checked function must return for an exact result: nothing outside of the range.
std::optional<cpp_int> in_range(const cpp_int& raw) {
    if (raw > kRawMax || raw < -kRawMax) return std::nullopt;
    return raw;
}

std::optional<cpp_int> to_big(const std::optional<Decimal>& value) {
    return value ? std::optional<cpp_int>(to_big(*value)) : std::nullopt;
}

/// Values of every magnitude; half of them long runs of equal bits, which is where carries and
/// quotient corrections go wrong.
class Values {
  public:
    explicit Values(std::uint64_t seed) : bits_(seed) {}

    Decimal next() {
        const unsigned kind = static_cast<unsigned>(bits_() % 8);
        decimal_detail::Uint128 raw = decimal_detail::join(bits_(), bits_());
        if (kind < 4) raw = runs();
        if (kind == 7) raw = decimal_detail::kPowersOfTen[bits_() % 39] * (bits_() % 1000);
        raw = (raw & decimal_detail::kMagnitudeMax) >> (bits_() % 127);
        const auto signed_raw = static_cast<decimal_detail::Int128>(raw);
        return Decimal::from_raw(bits_() % 2 == 0 ? signed_raw : -signed_raw);
    }
    Rounding mode() { return kModes[bits_() % 6]; }
    int below(int bound) { return static_cast<int>(bits_() % static_cast<unsigned>(bound)); }

  private:
    decimal_detail::Uint128 runs() {
        decimal_detail::Uint128 raw = 0;
        for (int filled = 0; filled < 128;) {
            const int length = 1 + static_cast<int>(bits_() % 64);
            const bool ones = bits_() % 2 == 0;
            raw = (raw << length) | (ones ? (decimal_detail::Uint128{1} << length) - 1 : 0);
            filled += length;
        }
        return raw;
    }

    std::mt19937_64 bits_;
};

std::string describe(Decimal a, Decimal b, Rounding rounding) {
    return a.to_string() + " and " + b.to_string() + ", mode " +
           std::to_string(static_cast<int>(rounding));
}

/// The C library reads a text as the nearest double.
TEST(DecimalOracle, GivesTheDoubleThatItsTextIsReadAs) {
    Values values(test_seed());
    for (int i = 0; i < 200'000; ++i) {
        const Decimal value = values.next();
        ASSERT_EQ(value.to_double(), std::strtod(value.to_string().c_str(), nullptr))
            << value.to_string();
    }
}

TEST(DecimalOracle, AgreesOnAMillionSumsProductsAndQuotients) {
    Values values(test_seed());
    int products_that_fit = 0;
    for (int i = 0; i < 250'000; ++i) {
        const Decimal a = values.next();
        const Decimal b = values.next();
        const Rounding mode = values.mode();
        const cpp_int x = to_big(a);
        const cpp_int y = to_big(b);
        ASSERT_EQ(to_big(checked_add(a, b)), in_range(x + y)) << describe(a, b, mode);
        ASSERT_EQ(to_big(checked_sub(a, b)), in_range(x - y)) << describe(a, b, mode);
        const auto product = in_range(divide(x * y, kOne, mode));
        ASSERT_EQ(to_big(checked_mul(a, b, mode)), product) << describe(a, b, mode);
        products_that_fit += product ? 1 : 0;
        if (y == 0) {
            ASSERT_FALSE(checked_div(a, b, mode));
            continue;
        }
        const cpp_int numerator = y < 0 ? cpp_int(-x * kOne) : cpp_int(x * kOne);
        const auto quotient = in_range(divide(numerator, abs(y), mode));
        ASSERT_EQ(to_big(checked_div(a, b, mode)), quotient) << describe(a, b, mode);
    }
    EXPECT_GT(products_that_fit, 50'000);
}

TEST(DecimalOracle, AgreesOnSteps) {
    Values values(test_seed());
    for (int i = 0; i < 100'000; ++i) {
        const Decimal value = values.next();
        const Decimal step = *checked_abs(values.next());
        const Rounding mode = values.mode();
        if (step.is_zero()) continue;
        const cpp_int unit = to_big(step);
        const cpp_int expected = divide(to_big(value), unit, mode) * unit;
        ASSERT_EQ(to_big(round_to(value, step, mode)), in_range(expected))
            << describe(value, step, mode);
        ASSERT_EQ(value.is_multiple_of(step), to_big(value) % unit == 0)
            << describe(value, step, mode);
    }
}

TEST(DecimalOracle, AgreesOnText) {
    Values values(test_seed());
    for (int i = 0; i < 50'000; ++i) {
        const Decimal value = values.next();
        const std::string text = value.to_string();
        ASSERT_EQ(*Decimal::parse(text), value) << text;
        ASSERT_EQ(*Decimal::parse(to_big(value).str() + "e-18"), value) << text;
        const int decimals = values.below(19);
        const Rounding mode = values.mode();
        const cpp_int unit = pow(cpp_int(10), static_cast<unsigned>(18 - decimals));
        const cpp_int units = divide(to_big(value), unit, mode);
        std::string digits = units.str();
        std::string shown = value.to_string(decimals, mode);
        std::erase(shown, '.');
        const bool negative = shown.front() == '-';
        shown.erase(0, negative ? 1 : 0);
        ASSERT_EQ(
            cpp_int((negative ? "-" : "") + (shown.find_first_not_of('0') == std::string::npos
                                                 ? "0"
                                                 : shown.substr(shown.find_first_not_of('0')))),
            units)
            << text << " with " << decimals;
    }
}

TEST(DecimalOracle, AgreesOnRoundedParsing) {
    Values values(test_seed());
    for (int i = 0; i < 50'000; ++i) {
        const cpp_int digits = to_big(values.next());
        const int dropped = values.below(45);
        const Rounding mode = values.mode();
        const std::string text = digits.str() + "e-" + std::to_string(18 + dropped);
        const auto parsed = Decimal::parse(text, mode);
        ASSERT_TRUE(parsed) << text;
        const cpp_int unit = pow(cpp_int(10), static_cast<unsigned>(dropped));
        ASSERT_EQ(to_big(*parsed), divide(digits, unit, mode)) << text;
        const auto exact = Decimal::parse(text);
        ASSERT_EQ(exact.has_value(), digits % unit == 0) << text;
    }
}

}  // namespace
}  // namespace tradectl
