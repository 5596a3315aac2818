#include "plugins/exchanges/polymarket/amounts.hpp"

#include "plugins/exchanges/polymarket/bytes.hpp"

#include <gtest/gtest.h>

namespace tradectl::polymarket {
namespace {

TEST(TickRules, AreThoseOfSixTicks) {
    EXPECT_EQ(tick_rules(0.1_d)->amount_decimals, 3);
    EXPECT_EQ(tick_rules(0.01_d)->amount_decimals, 4);
    EXPECT_EQ(tick_rules(0.005_d)->amount_decimals, 5);
    EXPECT_EQ(tick_rules(0.0025_d)->amount_decimals, 6);
    EXPECT_EQ(tick_rules(0.001_d)->amount_decimals, 5);
    EXPECT_EQ(tick_rules(0.0001_d)->amount_decimals, 6);
    for (const Decimal bad : {0_d, 0.02_d, 1_d, 0.00001_d, Decimal::null()})
        EXPECT_FALSE(tick_rules(bad));
}

TEST(CheckPrice, TakesTheGridFromTickToOneMinusTick) {
    for (const Decimal tick : {0.1_d, 0.01_d, 0.005_d, 0.0025_d, 0.001_d, 0.0001_d}) {
        const auto rules = *tick_rules(tick);
        EXPECT_TRUE(check_price(tick, rules));
        EXPECT_TRUE(check_price(1_d - tick, rules));
        EXPECT_FALSE(check_price(0_d, rules));
        EXPECT_FALSE(check_price(1_d, rules));
        EXPECT_FALSE(check_price(tick + Decimal::from_raw(1), rules));
        EXPECT_FALSE(check_price(Decimal::null(), rules));
    }
}

TEST(LimitAmounts, CutTheQuantityDownToTwoDecimals) {
    const auto rules = *tick_rules(0.01_d);
    const auto buy = limit_amounts(Side::Buy, 0.57_d, 10.999_d, rules);
    ASSERT_TRUE(buy);
    EXPECT_EQ(buy->taker, 10'990'000U);
    EXPECT_EQ(buy->maker, 6'264'300U);
    const auto sell = limit_amounts(Side::Sell, 0.57_d, 10.999_d, rules);
    EXPECT_EQ(sell->maker, 10'990'000U);
    EXPECT_EQ(sell->taker, 6'264'300U);
}

TEST(LimitAmounts, RefuseWhatVanishesOrOverflows) {
    const auto rules = *tick_rules(0.01_d);
    EXPECT_FALSE(limit_amounts(Side::Buy, 0.5_d, 0.009_d, rules));
    EXPECT_FALSE(limit_amounts(Side::Buy, 0.5_d, 0_d, rules));
    EXPECT_FALSE(limit_amounts(Side::Buy, 0.5_d, -1_d, rules));
    EXPECT_FALSE(limit_amounts(Side::Buy, 0.5_d, Decimal::null(), rules));
    EXPECT_FALSE(limit_amounts(Side::Buy, 0.5_d, 100000000000000_d, rules));
}

TEST(MarketAmounts, AProtectedPriceIsNeverPassed) {
    const auto rules = *tick_rules(0.01_d);
    const auto found = market_amounts(Side::Buy, 0.35_d, 6.13_d, rules, PriceBound::Found);
    const auto bound = market_amounts(Side::Buy, 0.35_d, 6.13_d, rules, PriceBound::Protected);
    EXPECT_EQ(found->taker, 17'514'200U);
    EXPECT_EQ(bound->taker, 17'514'300U);
    // What is paid for a share stays under the price.
    EXPECT_LE(bound->maker * 100, bound->taker * 35);
}

TEST(MarketPrice, IsOfTheLevelThatCoversTheAmount) {
    const PriceLevel asks[] = {{0.5_d, 10_d}, {0.6_d, 10_d}};
    EXPECT_EQ(*market_price(asks, 10_d, Measure::Shares, Shortfall::Fail), 0.5_d);
    EXPECT_EQ(*market_price(asks, 10.01_d, Measure::Shares, Shortfall::Fail), 0.6_d);
    EXPECT_EQ(*market_price(asks, 5.01_d, Measure::Collateral, Shortfall::Fail), 0.6_d);
    EXPECT_FALSE(market_price(asks, 21_d, Measure::Shares, Shortfall::Fail));
    EXPECT_EQ(*market_price(asks, 21_d, Measure::Shares, Shortfall::UseWorst), 0.6_d);
    EXPECT_FALSE(market_price({}, 1_d, Measure::Shares, Shortfall::UseWorst));
}

TEST(TakerFee, IsRateTimesPriceTimesItsRest) {
    EXPECT_EQ(taker_fee(100_d, 0.5_d, 0.07_d, 1), 1.75_d);
    EXPECT_EQ(taker_fee(100_d, 0.5_d, 0_d, 1), 0_d);
    EXPECT_EQ(taker_fee(1_d, 0.01_d, 0.03_d, 1), 0.0003_d);
    EXPECT_EQ(taker_fee(100_d, 0.5_d, 0.25_d, 2), 1.5625_d);
}

TEST(Words, AreReadAtEveryLength) {
    std::string digits;
    for (int i = 0; i < 77; ++i) {
        digits += static_cast<char>('1' + i % 9);
        ASSERT_EQ(to_decimal_text(parse_decimal_word(digits).value_or(Word{})), digits);
        for (const char bad : {'/', ':', 'x'}) {
            std::string text = digits;
            text[static_cast<std::size_t>(i) / 2] = bad;
            ASSERT_FALSE(parse_decimal_word(text)) << text;
        }
    }
}

TEST(Words, ReadAndWriteDecimalAndHex) {
    const std::string most =
        "115792089237316195423570985008687907853269984665640564039457584007913129639935";
    EXPECT_EQ(to_decimal_text(*parse_decimal_word(most)), most);
    EXPECT_EQ(to_hex(*parse_decimal_word(most)), "0x" + std::string(64, 'f'));
    EXPECT_FALSE(parse_decimal_word(
        "115792089237316195423570985008687907853269984665640564039457584007913129639936"));
    for (const char* bad : {"", "-1", "1.0", "0x1", " 1"})
        EXPECT_FALSE(parse_decimal_word(bad)) << bad;
    EXPECT_EQ(to_decimal_text({}), "0");
    EXPECT_EQ(to_quantity(word_of(255)), "0xff");
    EXPECT_EQ(to_quantity({}), "0x0");
    EXPECT_EQ(to_decimal_text(*parse_quantity("0xF4240")), "1000000");
    for (const char* bad : {"", "0x", "1", "0xg"})
        EXPECT_FALSE(parse_quantity(bad)) << bad;
    EXPECT_EQ(*to_decimal(word_of(1'500'000), 6), 1.5_d);
    EXPECT_FALSE(to_decimal(*parse_decimal_word(most), 6));
}

TEST(Words, KnowPositionsOfTheNewProtocol) {
    Word token{};
    token[0] = 1;
    token[31] = 1;
    token[18] = 7;
    EXPECT_TRUE(is_protocol_v2_token(token));
    token[20] = 1;
    EXPECT_FALSE(is_protocol_v2_token(token));
    token[20] = 0;
    token[0] = 4;
    EXPECT_FALSE(is_protocol_v2_token(token));
}

TEST(Base64, IsUrlSafeAndPadded) {
    EXPECT_EQ(to_base64_url({}), "");
    EXPECT_EQ(to_base64_url(as_bytes("a")), "YQ==");
    EXPECT_EQ(to_base64_url(as_bytes("ab")), "YWI=");
    EXPECT_EQ(to_base64_url(as_bytes("abc")), "YWJj");
    EXPECT_EQ(to_base64_url(as_bytes("\xff\xfe\xfd")), "__79");
}

}  // namespace
}  // namespace tradectl::polymarket
