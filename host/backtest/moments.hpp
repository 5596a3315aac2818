/// Means and variances of numbers that come one by one.
#pragma once

#include <cstdint>

namespace tradectl::backtest {

/// Mean and variance of a stream. Source: Welford, Technometrics 4 (1962), pp. 419-420.
class Moments {
  public:
    void add(double value) {
        ++count_;
        const double before = value - mean_;
        mean_ += before / static_cast<double>(count_);
        squares_ += before * (value - mean_);
    }
    [[nodiscard]] std::uint64_t count() const { return count_; }
    [[nodiscard]] double mean() const { return mean_; }
    [[nodiscard]] double sum() const { return mean_ * static_cast<double>(count_); }
    /// Sum of squared deviations / (count - 1); 0 with fewer than two numbers.
    [[nodiscard]] double variance() const {
        return count_ < 2 ? 0 : squares_ / static_cast<double>(count_ - 1);
    }

  private:
    std::uint64_t count_ = 0;
    double mean_ = 0;
    double squares_ = 0;
};

/// Variance of y and covariance of x and y, in the same way.
class CoMoments {
  public:
    void add(double x, double y) {
        ++count_;
        const auto n = static_cast<double>(count_);
        const double x_before = x - x_mean_;
        const double y_before = y - y_mean_;
        x_mean_ += x_before / n;
        y_mean_ += y_before / n;
        products_ += x_before * (y - y_mean_);
        y_squares_ += y_before * (y - y_mean_);
    }
    [[nodiscard]] std::uint64_t count() const { return count_; }
    /// cov(x, y) / var(y): y's part in x. 0 / 0 is NaN.
    [[nodiscard]] double slope() const { return products_ / y_squares_; }

  private:
    std::uint64_t count_ = 0;
    double x_mean_ = 0;
    double y_mean_ = 0;
    double products_ = 0;
    double y_squares_ = 0;
};

}  // namespace tradectl::backtest
