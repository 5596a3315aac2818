/// The figures of a backtest: pure arithmetic over an equity curve and round trips.
///
/// Everything takes one item at a time, so that memory does not grow with a run. Money is Decimal
/// up to here; from here on figures are double. A figure that the data do not define has no value
/// and says why; it is never 0 or infinite instead. [any]
#pragma once

#include "host/backtest/moments.hpp"
#include "host/backtest/report.hpp"
#include "host/config/config.hpp"

#include <tradectl/timestamp.hpp>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace tradectl::backtest {

/// One sample of the session, at the end of its interval.
struct Sample {
    Timestamp time;
    double equity = 0;
    double exposure = 0;     ///< sum of the positions' absolute values
    double benchmark = 0;    ///< price of the first instrument; NaN: none yet
    bool in_market = false;  ///< a position was held at some moment of the interval
};

/// The falls of a curve below its highest point. A fall begins at the last point at the peak before
/// it and ends at the first one at or above that peak, or at the end of the curve.
class DrawdownMeter {
  public:
    void add(Timestamp time, double equity);

    [[nodiscard]] double peak() const { return peak_; }
    /// 1 - equity / peak at the last point; 0 without a peak above zero.
    [[nodiscard]] double current() const { return current_; }
    /// Deepest of all points.
    [[nodiscard]] double deepest() const { return deepest_; }
    struct Falls {
        Moments depth;     ///< deepest point of each fall
        Moments duration;  ///< seconds
        double longest_s = 0;
    };
    /// All falls, the one that has not ended included.
    [[nodiscard]] Falls falls() const;

  private:
    Falls falls_;
    double peak_ = 0;
    double current_ = 0;
    double deepest_ = 0;
    double fall_depth_ = 0;
    std::uint64_t points_ = 0;
    std::uint64_t points_below_ = 0;  // since the last point at the peak
    Timestamp at_peak_ = Timestamp::none();
    Timestamp last_ = Timestamp::none();
};

/// What an equity curve says.
class CurveMeter {
  public:
    /// `sample_ns` is the length of an interval, above 0. See tradectl.yaml(5), `report`, for what
    /// `rules` decides.
    CurveMeter(const config::ReportConfig& rules, std::int64_t sample_ns);

    /// The point before the first sample, under `first_point: start`. Comes first or not at all.
    void start(Timestamp time, double equity);
    void add(const Sample& sample);

    [[nodiscard]] const DrawdownMeter& drawdowns() const { return drawdowns_; }
    /// Appends, in this order: equity_start, equity_end, equity_peak, return, buy_and_hold, alpha,
    /// beta, annual_return, cagr, annual_volatility, sharpe, sortino, calmar, max_drawdown,
    /// average_drawdown, max_drawdown_duration, average_drawdown_duration, exposure_time,
    /// average_exposure. Each carries its formula and source.
    ///
    /// The drawdown figures and Calmar are about `drawdowns`: this curve's own, or that of closed
    /// trades under `drawdown_on: trades`.
    void append(const DrawdownMeter& drawdowns, std::vector<Statistic>& out) const;

  private:
    struct Annual;
    [[nodiscard]] Annual annual() const;
    /// Returns in a year: by rule, or as many as the curve has in a year of its own length. The
    /// second does not depend on how densely a market with closed hours is sampled.
    [[nodiscard]] double periods_per_year() const;
    /// Length of the return that ends at `time`, in years.
    [[nodiscard]] double years_of_return(Timestamp time) const;
    void append_risk(const Annual& annual, double deepest, std::vector<Statistic>& out) const;
    void append_market(std::vector<Statistic>& out) const;
    void append_drawdowns(const DrawdownMeter& drawdowns, std::vector<Statistic>& out) const;
    void add_return(const Sample& sample);

    config::ReportConfig rules_;
    std::int64_t sample_ns_;
    DrawdownMeter drawdowns_;
    Moments returns_;
    double downside_squares_ = 0;  // of returns below the target
    double log_growth_ = 0;        // sum of ln(1 + return)
    bool ruined_ = false;          // equity was not above zero
    CoMoments against_market_;
    Moments exposure_;
    std::uint64_t samples_ = 0;
    std::uint64_t in_market_ = 0;
    std::uint64_t points_ = 0;
    double first_equity_ = 0;
    double last_equity_ = 0;
    Timestamp first_time_ = Timestamp::none();
    Timestamp last_time_ = Timestamp::none();
    double last_benchmark_;
    double hold_from_;
};

/// What the round trips say.
class TradeMeter {
  public:
    explicit TradeMeter(const config::ReportConfig& rules) : rules_(rules) {}

    void add(const Trade& trade);
    /// Value that changed hands, for turnover: the absolute notional of one fill.
    void add_notional(double notional) { notional_ += notional; }

    [[nodiscard]] std::uint64_t count() const { return profits_.count(); }
    /// Appends, in this order: trades, win_rate, profit_factor, expectancy, average_trade,
    /// best_trade, worst_trade, average_win, average_loss, sqn, kelly, max_trade_duration,
    /// average_trade_duration, losing_streak, fees, turnover. `equity_mean` is what turnover is
    /// measured against; NaN or 0: not defined.
    void append(double equity_mean, std::vector<Statistic>& out) const;

  private:
    void append_profit(std::vector<Statistic>& out) const;
    void append_spread(std::vector<Statistic>& out) const;

    config::ReportConfig rules_;
    Moments profits_;      // money
    Moments wins_;         // money, above zero
    Moments losses_;       // money, below zero, as positive numbers
    Moments ratios_;       // profit / notional at entry
    Moments win_ratios_;   // above zero
    Moments loss_ratios_;  // below zero, as positive numbers
    Moments durations_;    // seconds
    double log_growth_ = 0;
    bool ruined_ = false;  // a trade lost all of its notional or more
    double best_ = 0;
    double worst_ = 0;
    double longest_s_ = 0;
    double fees_ = 0;
    double notional_ = 0;
    std::uint64_t streak_ = 0;
    std::uint64_t longest_streak_ = 0;
};

/// The statistic with that key, or null.
[[nodiscard]] const Statistic* find_statistic(const std::vector<Statistic>& all,
                                              std::string_view key);

}  // namespace tradectl::backtest
