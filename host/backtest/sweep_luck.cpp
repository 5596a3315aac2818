#include "host/backtest/sweep_luck.hpp"

#include "host/base/assert.hpp"

#include <cmath>
#include <numbers>

namespace tradectl::backtest {

double normal_quantile(double p) {
    TRADECTL_ASSERT(p > 0 && p < 1);
    // Halving an interval is slow and cannot go wrong; 40 is beyond any double's quantile.
    double low = -40;
    double high = 40;
    for (int i = 0; i < 100; ++i) {
        const double middle = (low + high) / 2;
        (std::erfc(-middle / std::numbers::sqrt2) / 2 < p ? low : high) = middle;
    }
    return (low + high) / 2;
}

std::optional<double> expected_best_sharpe(std::uint64_t trials, double variance) {
    if (trials < 2 || !(variance >= 0) || !std::isfinite(variance)) return std::nullopt;
    const auto count = static_cast<double>(trials);
    const double euler = std::numbers::egamma;
    const double first = normal_quantile(1 - 1 / count);
    const double second = normal_quantile(1 - 1 / (count * std::numbers::e));
    return std::sqrt(variance) * ((1 - euler) * first + euler * second);
}

}  // namespace tradectl::backtest
