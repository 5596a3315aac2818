// A public collection of numbers as text, each beside the double nearest to it. What Decimal::parse
// must say is computed here from the digits alone.
#include "tests/host/base/corpus.hpp"

#include <tradectl/decimal.hpp>

#include <bit>
#include <charconv>
#include <cmath>
#include <optional>
#include <sstream>

#include <gtest/gtest.h>

namespace tradectl {
namespace {

constexpr std::string_view kMagnitudeMax = "170141183460469231731687303715884105727";
constexpr std::int64_t kDecimals = 18;

/// 0.DIGITS * 10^point; no zero at either end of `digits`, none at all when the value is zero.
struct Exact {
    bool negative = false;
    std::string digits;
    std::int64_t point = 0;
};

/// Every text of the collection is a number, so that shape is not checked again.
Exact exact_of(std::string_view text) {
    Exact out;
    if (text.front() == '-' || text.front() == '+') {
        out.negative = text.front() == '-';
        text.remove_prefix(1);
    }
    const std::size_t mark = text.find_first_of("eE");
    std::string exponent(mark == text.npos ? "0" : text.substr(mark + 1));
    if (exponent.front() == '+') exponent.erase(0, 1);
    constexpr std::int64_t kFar = 1'000'000'000'000'000;
    std::int64_t power = exponent.front() == '-' ? -kFar : kFar;
    std::int64_t read = 0;
    const auto end = exponent.data() + exponent.size();
    if (std::from_chars(exponent.data(), end, read).ec == std::errc{})
        power = std::clamp(read, -kFar, kFar);
    const std::string_view mantissa = text.substr(0, mark);
    const std::size_t dot = std::min(mantissa.find('.'), mantissa.size());
    for (const char c : mantissa)
        if (c != '.') out.digits += c;
    const std::size_t first = out.digits.find_first_not_of('0');
    if (first == out.digits.npos) return {out.negative, "", 0};
    out.point = static_cast<std::int64_t>(dot) - static_cast<std::int64_t>(first) + power;
    out.digits = out.digits.substr(first, out.digits.find_last_not_of('0') + 1 - first);
    return out;
}

bool is_exact(const Exact& value) {
    return static_cast<std::int64_t>(value.digits.size()) - value.point <= kDecimals;
}

/// Whole units of 1e-18, cut; nothing when they do not fit.
std::optional<std::string> units_of(const Exact& value) {
    const std::int64_t count = value.digits.empty() ? 0 : value.point + kDecimals;
    if (count <= 0) return "0";
    const auto limit = static_cast<std::int64_t>(kMagnitudeMax.size());
    if (count > limit) return std::nullopt;
    std::string units = value.digits.substr(0, static_cast<std::size_t>(count));
    units.append(static_cast<std::size_t>(count) - units.size(), '0');
    if (count == limit && units > kMagnitudeMax) return std::nullopt;
    return units;
}

std::string units_of(Decimal value) {
    Decimal::Raw rest = value.raw() < 0 ? -value.raw() : value.raw();
    std::string out;
    do {
        out.insert(out.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
        rest /= 10;
    } while (rest != 0);
    return out;
}

struct Seen {
    std::size_t lines = 0, read = 0, inexact = 0, overflow = 0;
};

void expect_exact(const std::string& text, std::uint64_t bits, const Exact& exact, Seen& seen) {
    const auto units = units_of(exact);
    const auto value = Decimal::parse(text);
    const auto cut = Decimal::parse(text, Rounding::Down);
    ASSERT_EQ(static_cast<bool>(cut), units.has_value()) << text;
    if (cut) {
        EXPECT_EQ(units_of(*cut), *units) << text;
    }
    if (!units) {
        ++seen.overflow;
        ASSERT_FALSE(value) << text;
        if (is_exact(exact)) {
            EXPECT_EQ(value.error().code, ErrorCode::Overflow) << text;
        }
    } else if (!is_exact(exact)) {
        ++seen.inexact;
        ASSERT_FALSE(value) << text;
        EXPECT_EQ(value.error().code, ErrorCode::InvalidArgument) << text;
    } else {
        ++seen.read;
        ASSERT_TRUE(value) << text << ": " << value.error().message;
        EXPECT_EQ(*value, *cut) << text;
        EXPECT_EQ(value->is_negative(), exact.negative && !exact.digits.empty()) << text;
        EXPECT_EQ(Decimal::parse(value->to_string()).value(), *value) << text;
        const double published = std::bit_cast<double>(bits);
        EXPECT_NEAR(value->to_double(), published, std::ldexp(std::fabs(published), -52)) << text;
    }
}

TEST(DecimalCorpus, EveryNumberIsReadExactlyOrRefused) {
    const Corpus corpus("parse-number-fxx.tar.gz");
    if (!corpus.found()) GTEST_SKIP() << "skipped: no ../shared";
    Seen seen;
    for (const auto& path : corpus.files("parse-number-fxx/data")) {
        std::istringstream lines(Corpus::read(path));
        std::string half, single, bits, text;
        while (lines >> half >> single >> bits >> text) {
            expect_exact(text, std::stoull(bits, nullptr, 16), exact_of(text), seen);
            ++seen.lines;
        }
        EXPECT_TRUE(lines.eof()) << path;
    }
    EXPECT_EQ(seen.lines, 21232U);
    EXPECT_EQ(seen.read + seen.inexact + seen.overflow, seen.lines);
    EXPECT_GT(seen.read, 500U);
    EXPECT_GT(seen.inexact, 500U);
    EXPECT_GT(seen.overflow, 1000U);
    RecordProperty("read", static_cast<int>(seen.read));
}

TEST(DecimalCorpus, TheReferenceKnowsItsBounds) {
    EXPECT_EQ(units_of(exact_of("170141183460469231731.687303715884105727")), kMagnitudeMax);
    EXPECT_EQ(units_of(exact_of("170141183460469231731.687303715884105728")), std::nullopt);
    EXPECT_EQ(units_of(exact_of("-0.0015e-2")), "15000000000000");
    EXPECT_EQ(units_of(exact_of("00e999999999999999999999")), "0");
    EXPECT_FALSE(is_exact(exact_of("1e-19")));
    EXPECT_TRUE(is_exact(exact_of("10e-19")));
}

}  // namespace
}  // namespace tradectl
