/// Streaming indicators: one `update` for each bar or tick, constant memory, no look back.
///
/// Values of averages and oscillators are doubles: they are signals, not money. What is a price, a
/// quantity or a ratio of prices (`Vwap`, `RollingSum`, `RateOfChange`) is a Decimal. A period
/// below 1 counts as 1. Updates must be finite numbers and not null: others are ignored. [any], one
/// thread at a time
#pragma once

#include "decimal.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace tradectl {

namespace indicator_detail {
inline constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// The last `size` values of a stream.
template <typename T>
class Window {
  public:
    explicit Window(int size) : values_(static_cast<std::size_t>(std::max(size, 1))) {}
    [[nodiscard]] bool full() const { return count_ == values_.size(); }
    [[nodiscard]] std::size_t count() const { return count_; }
    [[nodiscard]] const std::vector<T>& values() const { return values_; }
    /// The value that the next push drops; valid when full.
    [[nodiscard]] T oldest() const { return values_[next_]; }
    void push(T value) {
        values_[next_] = value;
        next_ = next_ + 1 == values_.size() ? 0 : next_ + 1;
        count_ = std::min(count_ + 1, values_.size());
    }
    /// Whether the last push filled the last place, so that the ring begins anew.
    [[nodiscard]] bool wrapped() const { return next_ == 0; }
    void clear() { next_ = count_ = 0; }

  private:
    std::vector<T> values_;
    std::size_t next_ = 0;
    std::size_t count_ = 0;
};

/// Wilder's average: the mean of the first `period` values, then
/// (previous * (period - 1) + value) / period. J. Welles Wilder, "New Concepts in Technical Trading
/// Systems" (1978).
class WilderAverage {
  public:
    explicit WilderAverage(int period) : period_(std::max(period, 1)) {}
    void update(double value) {
        if (count_ < period_) {
            sum_ += value;
            ++count_;
            value_ = sum_ / count_;
        } else {
            value_ = (value_ * (period_ - 1) + value) / period_;
        }
    }
    [[nodiscard]] bool ready() const { return count_ == period_; }
    [[nodiscard]] double value() const { return value_; }

  private:
    int period_;
    int count_ = 0;
    double sum_ = 0;
    double value_ = 0;
};
}  // namespace indicator_detail

/// Simple moving average: the mean of the last `period` values.
class Sma {
  public:
    explicit Sma(int period) : window_(period) {}
    void update(Decimal value) { update(value.to_double()); }
    void update(double value) {
        if (!std::isfinite(value)) return;
        if (window_.full()) sum_ -= window_.oldest();
        sum_ += value;
        window_.push(value);
        if (window_
                .wrapped()) {  // once a round the sum is made anew, so that errors do not pile up
            sum_ = 0;
            for (const double each : window_.values())
                sum_ += each;
        }
    }
    [[nodiscard]] bool ready() const { return window_.full(); }
    /// NaN until ready.
    [[nodiscard]] double value() const {
        return ready() ? sum_ / static_cast<double>(window_.count()) : indicator_detail::kNone;
    }
    void reset() {
        window_.clear();
        sum_ = 0;
    }

  private:
    indicator_detail::Window<double> window_;
    double sum_ = 0;
};

/// Sum of the last `period` values.
class RollingSum {
  public:
    explicit RollingSum(int period) : window_(period) {}
    void update(Decimal value) {
        if (value.is_null()) return;
        if (window_.full()) sum_ = checked_sub(sum_, window_.oldest()).value_or(Decimal::null());
        sum_ = checked_add(sum_, value).value_or(Decimal::null());
        window_.push(value);
        if (sum_.is_null() && window_.wrapped()) add_anew();
    }
    [[nodiscard]] bool ready() const { return window_.full(); }
    /// Of what there is before `ready`. Null after an overflow, for at most twice the period.
    [[nodiscard]] Decimal value() const { return sum_; }
    void reset() {
        window_.clear();
        sum_ = {};
    }

  private:
    void add_anew() {
        sum_ = {};
        for (const Decimal each : window_.values())
            sum_ = checked_add(sum_, each).value_or(Decimal::null());
    }

    indicator_detail::Window<Decimal> window_;
    Decimal sum_;
};

/// Exponential moving average: value += 2 / (period + 1) * (update - value).
class Ema {
  public:
    /// Where the average starts.
    enum class Seed {
        FirstValue,     ///< at the first update
        SimpleAverage,  ///< at the mean of the first `period` updates
    };

    explicit Ema(int period, Seed seed = Seed::FirstValue)
        : period_(std::max(period, 1)), seed_(seed) {}
    void update(Decimal value) { update(value.to_double()); }
    void update(double value) {
        if (!std::isfinite(value)) return;
        if (count_ < period_) ++count_;
        if (seed_ == Seed::SimpleAverage && !seeded_) {
            sum_ += value;
            seeded_ = count_ == period_;
            value_ = sum_ / count_;
        } else if (!seeded_) {
            seeded_ = true;
            value_ = value;
        } else {
            value_ += 2.0 / (period_ + 1) * (value - value_);
        }
    }
    /// After `period` updates, with either seed.
    [[nodiscard]] bool ready() const { return count_ == period_; }
    /// NaN until seeded; with `FirstValue` that is one update, before `ready`.
    [[nodiscard]] double value() const { return seeded_ ? value_ : indicator_detail::kNone; }
    void reset() { *this = Ema(period_, seed_); }

  private:
    int period_;
    Seed seed_;
    int count_ = 0;
    bool seeded_ = false;
    double sum_ = 0;
    double value_ = 0;
};

/// Relative strength index after Wilder (1978): 100 - 100 / (1 + average gain / average loss), both
/// averaged his way over `period` changes.
class Rsi {
  public:
    explicit Rsi(int period = 14) : period_(period), gain_(period), loss_(period) {}
    void update(Decimal price) { update(price.to_double()); }
    void update(double price) {
        if (!std::isfinite(price)) return;
        if (!std::isnan(last_)) {
            gain_.update(std::max(price - last_, 0.0));
            loss_.update(std::max(last_ - price, 0.0));
        }
        last_ = price;
    }
    /// After `period` changes, that is `period` + 1 prices.
    [[nodiscard]] bool ready() const { return gain_.ready(); }
    /// 0..100; 100 when nothing was lost, 50 when nothing moved; NaN until ready.
    [[nodiscard]] double value() const {
        if (!ready()) return indicator_detail::kNone;
        const double moved = gain_.value() + loss_.value();
        return moved == 0 ? 50.0 : 100.0 * gain_.value() / moved;
    }
    void reset() { *this = Rsi(period_); }

  private:
    int period_;
    indicator_detail::WilderAverage gain_;
    indicator_detail::WilderAverage loss_;
    double last_ = indicator_detail::kNone;
};

/// Average true range after Wilder (1978): his average of
/// max(high - low, |high - previous close|, |low - previous close|); of the first bar, high - low.
class Atr {
  public:
    explicit Atr(int period = 14) : period_(period), average_(period) {}
    void update(Decimal high, Decimal low, Decimal close) {
        update(high.to_double(), low.to_double(), close.to_double());
    }
    void update(double high, double low, double close) {
        if (!std::isfinite(high) || !std::isfinite(low) || !std::isfinite(close)) return;
        double range = high - low;
        if (!std::isnan(close_))
            range = std::max({range, std::abs(high - close_), std::abs(low - close_)});
        average_.update(range);
        close_ = close;
    }
    [[nodiscard]] bool ready() const { return average_.ready(); }
    /// In price units; NaN until ready.
    [[nodiscard]] double value() const {
        return ready() ? average_.value() : indicator_detail::kNone;
    }
    void reset() { *this = Atr(period_); }

  private:
    int period_;
    indicator_detail::WilderAverage average_;
    double close_ = indicator_detail::kNone;
};

/// Rate of change: (value - value `period` updates ago) / the latter, as a fraction: 0.01 is 1 %.
class RateOfChange {
  public:
    explicit RateOfChange(int period) : window_(period) {}
    void update(Decimal value) {
        if (value.is_null()) return;
        value_ = Decimal::null();
        if (window_.full()) {
            const Decimal then = window_.oldest();
            if (const auto change = checked_sub(value, then))
                value_ = checked_div(*change, then, Rounding::HalfEven).value_or(Decimal::null());
            ready_ = true;
        }
        window_.push(value);
    }
    /// After `period` + 1 updates.
    [[nodiscard]] bool ready() const { return ready_; }
    /// Rounded half-even at the 18th decimal. Null until ready, when the old value is zero, and on
    /// overflow.
    [[nodiscard]] Decimal value() const { return value_; }
    void reset() {
        window_.clear();
        value_ = Decimal::null();
        ready_ = false;
    }

  private:
    indicator_detail::Window<Decimal> window_;
    Decimal value_ = Decimal::null();
    bool ready_ = false;
};

/// Volume-weighted average price since the last reset: sum of price * quantity / sum of quantity.
///
/// The sums are exact while a price and its quantity have at most 18 decimals together; a product
/// with more is rounded half-even at the 18th, and so is the quotient.
class Vwap {
  public:
    /// Updates with a quantity of zero or less are ignored.
    void update(Decimal price, Decimal quantity) {
        if (price.is_null() || !quantity.is_positive()) return;
        const auto notional = checked_mul(price, quantity, Rounding::HalfEven);
        notional_ = notional ? checked_add(notional_, *notional).value_or(Decimal::null())
                             : Decimal::null();
        quantity_ = checked_add(quantity_, quantity).value_or(Decimal::null());
    }
    [[nodiscard]] bool ready() const { return !value().is_null(); }
    /// Null when there was no update, and from an overflow of a sum until the next reset.
    [[nodiscard]] Decimal value() const {
        return checked_div(notional_, quantity_, Rounding::HalfEven).value_or(Decimal::null());
    }
    void reset() { *this = Vwap(); }

  private:
    Decimal notional_;
    Decimal quantity_;
};

}  // namespace tradectl
