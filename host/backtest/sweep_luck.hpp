/// How good the best of many looks by chance alone.
#pragma once

#include <cstdint>
#include <optional>

namespace tradectl::backtest {

/// The value below which a standard normal variable stays with probability `p`, 0 < p < 1.
[[nodiscard]] double normal_quantile(double p);

/// The best Sharpe ratio to be expected of `trials` strategies without skill whose Sharpe ratios
/// have the variance `variance`:
///
///     sqrt(variance) * ((1 - g) * z(1 - 1/N) + g * z(1 - 1/(N * e)))
///
/// with Euler's constant g, the normal quantile z and N = trials. Nothing with fewer than two
/// trials. Trials that resemble each other count for less than N: then it is too high.
/// Source: Bailey and Lopez de Prado, "The Deflated Sharpe Ratio", Journal of Portfolio Management
/// 40 (2014), equation 1.
[[nodiscard]] std::optional<double> expected_best_sharpe(std::uint64_t trials, double variance);

}  // namespace tradectl::backtest
