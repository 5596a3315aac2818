#include "host/backtest/sweep_luck.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace tradectl::backtest {
namespace {

// Quantiles as every table of the normal distribution prints them.
TEST(SweepLuck, QuantilesAreThoseOfTheTables) {
    EXPECT_NEAR(normal_quantile(0.5), 0, 1e-12);
    EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-12);
    EXPECT_NEAR(normal_quantile(0.99), 2.326347874040841, 1e-12);
    EXPECT_NEAR(normal_quantile(0.001), -3.090232306167813, 1e-12);
    EXPECT_NEAR(normal_quantile(1 - 1e-9), 5.997807015, 1e-6);
}

// 0.4227843351 * z(0.9) + 0.5772156649 * z(1 - 1 / (10 e)), by hand from tables.
TEST(SweepLuck, TheBestOfTenIsAboveOneAndAHalfDeviations) {
    const auto best = expected_best_sharpe(10, 1);
    ASSERT_TRUE(best);
    EXPECT_NEAR(*best, 0.4227843351 * 1.2815515655 + 0.5772156649 * 1.7894, 1e-3);
}

TEST(SweepLuck, GrowsWithTrialsAndScalesWithTheSpread) {
    EXPECT_GT(*expected_best_sharpe(1000, 1), *expected_best_sharpe(100, 1));
    EXPECT_NEAR(*expected_best_sharpe(100, 4), 2 * *expected_best_sharpe(100, 1), 1e-12);
    EXPECT_EQ(*expected_best_sharpe(100, 0), 0);
}

TEST(SweepLuck, OneTrialHasNoBest) {
    EXPECT_FALSE(expected_best_sharpe(0, 1));
    EXPECT_FALSE(expected_best_sharpe(1, 1));
    EXPECT_FALSE(expected_best_sharpe(10, std::nan("")));
    EXPECT_FALSE(expected_best_sharpe(10, -1));
}

}  // namespace
}  // namespace tradectl::backtest
