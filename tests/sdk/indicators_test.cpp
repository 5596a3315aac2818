#include <tradectl/indicators.hpp>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl {
namespace {

/// Closing prices of the worked example of Wilder's RSI in StockCharts' "ChartSchool" article
/// "Relative Strength Index (RSI)"; the article gives the 14-period values below with two decimals.
const double kChartSchoolCloses[] = {44.3389, 44.0902, 44.1497, 43.6124, 44.3278, 44.8264, 45.0955,
                                     45.4245, 45.8433, 46.0826, 45.8931, 46.0328, 45.6140, 46.2820,
                                     46.2820, 46.0028, 46.0328, 46.4116, 46.2222, 45.6439, 46.2122};
const double kChartSchoolRsi[] = {70.53, 66.32, 66.55, 69.41, 66.36, 57.97, 62.93};

TEST(Rsi, AgreesWithTheChartSchoolExample) {
    Rsi rsi(14);
    std::size_t at = 0;
    for (const double close : kChartSchoolCloses) {
        rsi.update(close);
        if (!rsi.ready()) continue;
        ASSERT_LT(at, std::size(kChartSchoolRsi));
        EXPECT_NEAR(rsi.value(), kChartSchoolRsi[at], 0.005) << at;
        ++at;
    }
    EXPECT_EQ(at, std::size(kChartSchoolRsi));
}

TEST(Rsi, KnowsItsEnds) {
    Rsi up(3);
    Rsi down(3);
    Rsi flat(3);
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(up.ready(), i > 3);
        up.update(Decimal::from_int(100 + i));
        down.update(100.0 - i);
        flat.update(100.0);
    }
    EXPECT_EQ(up.value(), 100.0);
    EXPECT_EQ(down.value(), 0.0);
    EXPECT_EQ(flat.value(), 50.0);
    up.reset();
    EXPECT_TRUE(std::isnan(up.value()));
}

/// The 10-day averages of ChartSchool's "Moving Averages" example (seeded by the simple average).
TEST(Ema, AgreesWithTheChartSchoolExample) {
    const double closes[] = {22.2734,
                             22.1940,
                             22.0847,
                             22.1741,
                             22.1840,
                             22.1344,
                             22.2337,
                             22.4323,
                             22.2436,
                             22.2933,
                             22.1542,
                             22.3926,
                             22.3816,
                             22.6109,
                             23.3558};
    const double averages[] = {22.2248, 22.2119, 22.2448, 22.2697, 22.3317, 22.5179};
    Ema ema(10, Ema::Seed::SimpleAverage);
    std::size_t at = 0;
    for (const double close : closes) {
        ema.update(close);
        if (ema.ready()) {
            EXPECT_NEAR(ema.value(), averages[at], 0.0001) << at;
            ++at;
        } else {
            EXPECT_TRUE(std::isnan(ema.value()));
        }
    }
    EXPECT_EQ(at, std::size(averages));
}

TEST(Ema, StartsAtTheFirstValueWhenToldSo) {
    Ema ema(3);
    EXPECT_TRUE(std::isnan(ema.value()));
    ema.update(10_d);
    EXPECT_EQ(ema.value(), 10.0);
    EXPECT_FALSE(ema.ready());
    ema.update(20.0);
    EXPECT_EQ(ema.value(), 15.0);
    ema.update(15.0);
    EXPECT_TRUE(ema.ready());
    ema.reset();
    EXPECT_TRUE(std::isnan(ema.value()));
}

TEST(Sma, IsTheMeanOfTheWindow) {
    Sma sma(3);
    sma.update(1.0);
    sma.update(2_d);
    EXPECT_TRUE(std::isnan(sma.value()));
    sma.update(6.0);
    EXPECT_EQ(sma.value(), 3.0);
    sma.update(4.0);
    EXPECT_EQ(sma.value(), 4.0);
    sma.reset();
    EXPECT_FALSE(sma.ready());
}

TEST(Sma, ForgetsALargeValueWholly) {
    Sma sma(2);
    for (const double value : {1e17, 1.0, 1.0, 1.0})
        sma.update(value);
    EXPECT_EQ(sma.value(), 1.0);
}

/// True ranges by hand: 2, then max(2, |12 - 9|, |10 - 9|) = 3, then max(1, |8 - 11|, |7 - 11|) =
/// 4, then max(2, |9 - 7|, |7 - 7|) = 2.
TEST(Atr, FollowsWilder) {
    Atr atr(3);
    atr.update(10.0, 8.0, 9.0);
    atr.update(12_d, 10_d, 11_d);
    EXPECT_FALSE(atr.ready());
    atr.update(8.0, 7.0, 7.0);
    EXPECT_EQ(atr.value(), 3.0);
    atr.update(9.0, 7.0, 8.0);
    EXPECT_DOUBLE_EQ(atr.value(), (3.0 * 2 + 2) / 3);
    atr.reset();
    EXPECT_TRUE(std::isnan(atr.value()));
}

TEST(RateOfChange, IsAnExactFraction) {
    RateOfChange roc(2);
    roc.update(100_d);
    roc.update(90_d);
    EXPECT_FALSE(roc.ready());
    EXPECT_TRUE(roc.value().is_null());
    roc.update(101_d);
    EXPECT_TRUE(roc.ready());
    EXPECT_EQ(roc.value(), 0.01_d);
    roc.update(30_d);
    EXPECT_EQ(roc.value(), -0.666666666666666667_d);
    roc.reset();
    EXPECT_FALSE(roc.ready());
}

TEST(RateOfChange, IsNullWhereThereIsNoQuotient) {
    RateOfChange roc(1);
    roc.update(0_d);
    roc.update(5_d);
    EXPECT_TRUE(roc.value().is_null());
    roc.update(Decimal::null());
    roc.update(10_d);
    EXPECT_EQ(roc.value(), 1_d);
}

TEST(RollingSum, DropsWhatIsOld) {
    RollingSum sum(2);
    sum.update(0.1_d);
    EXPECT_FALSE(sum.ready());
    EXPECT_EQ(sum.value(), 0.1_d);
    sum.update(0.2_d);
    EXPECT_TRUE(sum.ready());
    sum.update(Decimal::null());
    sum.update(-5_d);
    EXPECT_EQ(sum.value(), -4.8_d);
    sum.reset();
    EXPECT_EQ(sum.value(), 0_d);
}

TEST(RollingSum, ComesBackFromAnOverflow) {
    RollingSum sum(2);
    sum.update(Decimal::max());
    sum.update(Decimal::max());
    EXPECT_TRUE(sum.value().is_null());
    for (int i = 0; i < 4; ++i)
        sum.update(1_d);
    EXPECT_EQ(sum.value(), 2_d);
}

TEST(Vwap, WeighsByQuantity) {
    Vwap vwap;
    EXPECT_FALSE(vwap.ready());
    vwap.update(100_d, 1_d);
    vwap.update(103_d, 2_d);
    EXPECT_EQ(vwap.value(), 102_d);
    vwap.update(1_d, 0_d);
    vwap.update(1_d, -5_d);
    vwap.update(Decimal::null(), 1_d);
    EXPECT_EQ(vwap.value(), 102_d);
    vwap.reset();
    vwap.update(7.5_d, 0.00000001_d);
    EXPECT_EQ(vwap.value(), 7.5_d);
}

TEST(Vwap, IsNullFromAnOverflowUntilTheReset) {
    Vwap vwap;
    vwap.update(Decimal::max(), 2_d);
    EXPECT_TRUE(vwap.value().is_null());
    vwap.update(1_d, 1_d);
    EXPECT_TRUE(vwap.value().is_null());
    vwap.reset();
    vwap.update(1_d, 1_d);
    EXPECT_EQ(vwap.value(), 1_d);
}

TEST(Indicators, IgnoreWhatIsNoNumber) {
    Sma sma(1);
    Ema ema(1);
    Rsi rsi(1);
    Atr atr(1);
    for (const double bad : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
        sma.update(bad);
        ema.update(bad);
        rsi.update(bad);
        atr.update(bad, 1.0, 1.0);
    }
    sma.update(Decimal::null());
    EXPECT_FALSE(sma.ready() || ema.ready() || rsi.ready() || atr.ready());
}

TEST(Indicators, TakeAPeriodBelowOneForOne) {
    Sma sma(0);
    Ema ema(-5);
    sma.update(3.0);
    ema.update(3.0);
    EXPECT_EQ(sma.value(), 3.0);
    EXPECT_EQ(ema.value(), 3.0);
}

/// Wilder's average of all values so far, from the start.
double slow_wilder(const std::vector<double>& values, int period) {
    double average = std::accumulate(values.begin(), values.begin() + period, 0.0) / period;
    for (std::size_t i = static_cast<std::size_t>(period); i < values.size(); ++i)
        average = (average * (period - 1) + values[i]) / period;
    return average;
}

TEST(Indicators, AgreeWithASlowRecomputation) {
    const char* text = std::getenv("TRADECTL_TEST_SEED");
    const auto seed = text != nullptr ? std::strtoul(text, nullptr, 10) : std::random_device{}();
    std::printf("TRADECTL_TEST_SEED=%lu\n", static_cast<unsigned long>(seed));
    std::mt19937_64 random(seed);
    std::normal_distribution<double> step(0.0, 1.0);
    const int period = 1 + static_cast<int>(random() % 20);
    const auto size = static_cast<std::size_t>(period);
    Sma sma(period);
    Ema ema(period, Ema::Seed::SimpleAverage);
    Rsi rsi(period);
    Atr atr(period);
    std::vector<double> closes{1000.0};
    std::vector<double> gains, losses, ranges;
    sma.update(1000.0);
    for (int i = 0; i < 1500; ++i) {
        const double before = closes.back();
        const double close = before + step(random);
        const double high = std::max(before, close) + 0.1;
        const double low = std::min(before, close) - 0.2;
        closes.push_back(close);
        gains.push_back(std::max(close - before, 0.0));
        losses.push_back(std::max(before - close, 0.0));
        ranges.push_back(high - low);
        sma.update(close);
        ema.update(close);
        if (i == 0) rsi.update(before);
        rsi.update(close);
        atr.update(high, low, close);
        if (gains.size() < size) continue;
        EXPECT_NEAR(
            sma.value(), std::accumulate(closes.end() - period, closes.end(), 0.0) / period, 1e-9);
        EXPECT_NEAR(atr.value(), slow_wilder(ranges, period), 1e-9);
        const double gain = slow_wilder(gains, period);
        const double loss = slow_wilder(losses, period);
        if (loss > 0) {
            EXPECT_NEAR(rsi.value(), 100 - 100 / (1 + gain / loss), 1e-6);
        }
        double average =
            std::accumulate(closes.begin() + 1, closes.begin() + 1 + period, 0.0) / period;
        for (std::size_t k = size + 1; k < closes.size(); ++k)
            average += 2.0 / (period + 1) * (closes[k] - average);
        EXPECT_NEAR(ema.value(), average, 1e-9);
    }
}

}  // namespace
}  // namespace tradectl
