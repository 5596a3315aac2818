/// Curves of bounded length from streams of any length, and the returns of months.
#pragma once

#include "host/backtest/report.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tradectl::backtest {

/// Keeps at most `points_max` points: when there are more, neighbours are merged in pairs, and from
/// then on as many more samples go into one point. `merge(into, next)` joins two that follow.
template <typename Point, typename Merge>
class Thinned {
  public:
    Thinned(std::size_t points_max, Merge merge) : points_max_(points_max), merge_(merge) {}

    void add(const Point& point) {
        if (in_last_ == 0 || in_last_ == per_point_) {
            if (points_.size() == points_max_) halve();
            if (in_last_ == 0 || in_last_ == per_point_) {
                points_.push_back(point);
                in_last_ = 1;
                return;
            }
        }
        merge_(points_.back(), point);
        ++in_last_;
    }
    [[nodiscard]] const std::vector<Point>& points() const { return points_; }

  private:
    void halve() {
        const std::size_t count = points_.size();
        for (std::size_t i = 0; i < count; i += 2) {
            points_[i / 2] = points_[i];
            if (i + 1 < count) merge_(points_[i / 2], points_[i + 1]);
        }
        points_.resize((count + 1) / 2);
        // With an odd count the last point is half full.
        in_last_ = count % 2 == 0 ? per_point_ * 2 : per_point_;
        per_point_ *= 2;
    }

    std::size_t points_max_;
    Merge merge_;
    std::vector<Point> points_;
    std::uint64_t per_point_ = 1;
    std::uint64_t in_last_ = 0;
};

struct MergeEquity {
    void operator()(EquityPoint& into, const EquityPoint& next) const;
};
struct MergeBars {
    void operator()(PriceBar& into, const PriceBar& next) const;
};
using EquityCurve = Thinned<EquityPoint, MergeEquity>;
using PriceCurve = Thinned<PriceBar, MergeBars>;

/// Return of each calendar month, in UTC, from equity at its end and at the end of the one before.
/// A sample at midnight belongs to the day that ends, unless that is before the start. A month that
/// begins at an equity not above zero is left out.
class MonthReturns {
  public:
    /// When the first month begins, and with which equity; NaN: with that of the first sample.
    void start(Timestamp time, double equity);
    void add(Timestamp time, double equity);
    /// The last month is as far as the samples go.
    [[nodiscard]] std::vector<MonthReturn> months() const;

  private:
    void close(std::vector<MonthReturn>& out) const;

    std::vector<MonthReturn> done_;
    Timestamp start_ = Timestamp::none();
    int year_ = 0;
    int month_ = 0;
    double begin_ = 0;
    double last_ = 0;
};

}  // namespace tradectl::backtest
