// The equity curve's figures. `x / 0` and roots of what is below zero become "not defined" in
// put().
#include "host/backtest/statistics.hpp"

#include "host/backtest/figure.hpp"
#include "host/base/assert.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tradectl::backtest {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kSecondsPerYear = 365.25 * 86400;
constexpr double kSecondsPerDay = 86400;

constexpr std::string_view kFewReturns = "fewer than two returns";
constexpr std::string_view kRuined = "equity was not above zero";
constexpr std::string_view kNoMarket = "no price of the first instrument";

double seconds_between(Timestamp from, Timestamp to) {
    return static_cast<double>(to.minus(from)) / static_cast<double>(kNsPerSecond);
}

/// a / b; NaN unless b is above zero.
double ratio(double a, double b) {
    return b > 0 ? a / b : kNone;
}

}  // namespace

void DrawdownMeter::add(Timestamp time, double equity) {
    ++points_;
    last_ = time;
    if (points_ == 1 || equity >= peak_) {
        if (points_below_ != 0) falls_ = falls();
        peak_ = equity;
        at_peak_ = time;
        points_below_ = 0;
        fall_depth_ = 0;
        current_ = 0;
        return;
    }
    ++points_below_;
    current_ = peak_ > 0 ? 1 - equity / peak_ : 0;
    fall_depth_ = std::max(fall_depth_, current_);
    deepest_ = std::max(deepest_, current_);
}

DrawdownMeter::Falls DrawdownMeter::falls() const {
    Falls all = falls_;
    if (points_below_ == 0) return all;
    const double duration = seconds_between(at_peak_, last_);
    all.depth.add(fall_depth_);
    all.duration.add(duration);
    all.longest_s = std::max(all.longest_s, duration);
    return all;
}

/// A year's figures; NaN where the data do not say.
struct CurveMeter::Annual {
    double growth = kNone;  ///< return of a year
    double volatility = kNone;
    double downside = kNone;
};

CurveMeter::CurveMeter(const config::ReportConfig& rules, std::int64_t sample_ns)
    : rules_(rules), sample_ns_(sample_ns), last_benchmark_(kNone), hold_from_(kNone) {
    TRADECTL_ASSERT(sample_ns > 0);
}

double CurveMeter::periods_per_year() const {
    if (rules_.year_days == 0) {
        const double years = seconds_between(first_time_, last_time_) / kSecondsPerYear;
        return ratio(static_cast<double>(returns_.count()), years);
    }
    return static_cast<double>(rules_.year_days) * static_cast<double>(kNsPerDay) /
           static_cast<double>(sample_ns_);
}

double CurveMeter::years_of_return(Timestamp time) const {
    if (rules_.year_days != 0) return 1 / periods_per_year();
    return seconds_between(last_time_, time) / kSecondsPerYear;
}

void CurveMeter::start(Timestamp time, double equity) {
    TRADECTL_ASSERT(points_ == 0);
    drawdowns_.add(time, equity);
    first_time_ = last_time_ = time;
    first_equity_ = last_equity_ = equity;
    ruined_ = equity <= 0;
    points_ = 1;
}

void CurveMeter::add(const Sample& sample) {
    if (points_ == 0) {
        start(sample.time, sample.equity);
    } else {
        drawdowns_.add(sample.time, sample.equity);
        ++points_;
        if (!ruined_) add_return(sample);
    }
    if (samples_ == rules_.hold_after) hold_from_ = sample.benchmark;
    ++samples_;
    in_market_ += sample.in_market ? 1 : 0;
    if (sample.equity > 0) exposure_.add(sample.exposure / sample.equity);
    ruined_ = ruined_ || sample.equity <= 0;
    last_equity_ = sample.equity;
    last_benchmark_ = sample.benchmark;
    last_time_ = sample.time;
}

void CurveMeter::add_return(const Sample& sample) {
    const double value = sample.equity / last_equity_ - 1;
    const double target = rules_.sortino_target.to_double() * years_of_return(sample.time);
    const double below = std::min(value - target, 0.0);
    returns_.add(value);
    downside_squares_ += below * below;
    log_growth_ += std::log(sample.equity / last_equity_);
    const double market = sample.benchmark / last_benchmark_;
    if (!(market > 0) || std::isinf(market)) return;
    if (rules_.returns == config::ReturnsKind::Geometric) {
        against_market_.add(std::log(sample.equity / last_equity_), std::log(market));
    } else {
        against_market_.add(value, market - 1);
    }
}

CurveMeter::Annual CurveMeter::annual() const {
    Annual year;
    if (returns_.count() == 0) return year;
    const auto count = static_cast<double>(returns_.count());
    const double periods = periods_per_year();
    const double variance = returns_.count() < 2 ? kNone : returns_.variance();
    year.downside = std::sqrt(downside_squares_ / count) * std::sqrt(periods);
    if (rules_.returns == config::ReturnsKind::Simple) {
        year.growth = returns_.mean() * periods;
        year.volatility = std::sqrt(variance) * std::sqrt(periods);
        return year;
    }
    // (v + (1+g)^2)^N - (1+g)^2N, without losing the difference of two numbers near each other.
    const double step = std::exp(log_growth_ / count);
    year.growth = ruined_ ? kNone : std::pow(step, periods) - 1;
    year.volatility = std::pow(step, periods) *
                      std::sqrt(std::expm1(periods * std::log1p(variance / (step * step))));
    return year;
}

void CurveMeter::append(const DrawdownMeter& drawdowns, std::vector<Statistic>& out) const {
    constexpr std::string_view kNoPoints = "no sample of the equity";
    const bool any = points_ != 0;
    put(out,
        {"equity_start", "Equity at start", Unit::Money, "first point of the equity curve"},
        any ? first_equity_ : kNone,
        kNoPoints);
    put(out,
        {"equity_end", "Equity at end", Unit::Money, "last point of the equity curve"},
        any ? last_equity_ : kNone,
        kNoPoints);
    put(out,
        {"equity_peak", "Equity peak", Unit::Money, "highest point of the equity curve"},
        any ? drawdowns_.peak() : kNone,
        kNoPoints);
    put(out,
        {"return", "Return", Unit::Fraction, "equity at end / equity at start - 1"},
        any && first_equity_ > 0 ? last_equity_ / first_equity_ - 1 : kNone,
        any ? kRuined : kNoPoints);
    append_market(out);
    append_risk(annual(), drawdowns.deepest(), out);
    append_drawdowns(drawdowns, out);
    put(out,
        {"exposure_time",
         "Time in market",
         Unit::Fraction,
         "samples in whose interval a position was held / samples"},
        ratio(static_cast<double>(in_market_), static_cast<double>(samples_)),
        kNoPoints);
    put(out,
        {"average_exposure",
         "Average exposure",
         Unit::Fraction,
         "mean over samples of the positions' absolute values / equity"},
        exposure_.count() != 0 ? exposure_.mean() : kNone,
        kNoPoints);
}

void CurveMeter::append_risk(const Annual& year,
                             double deepest,
                             std::vector<Statistic>& out) const {
    const double risk_free = rules_.risk_free.to_double();
    const bool geometric = rules_.returns == config::ReturnsKind::Geometric;
    const double seconds = points_ == 0 ? 0 : seconds_between(first_time_, last_time_);
    // Minutes say nothing about a year; compounding them leaves the range of numbers.
    const bool short_run = seconds < kSecondsPerDay;
    constexpr std::string_view kShort = "the run is shorter than a day";
    const std::string_view why = ruined_ ? kRuined : kFewReturns;
    put(out,
        {"annual_return",
         "Annual return",
         Unit::Fraction,
         geometric ? "(product of (1 + r))^(N / n) - 1, N periods a year, n returns r"
                   : "mean of r * N, N periods a year, returns r"},
        short_run ? kNone : year.growth,
        short_run ? kShort : why);
    put(out,
        {"cagr",
         "CAGR",
         Unit::Fraction,
         "(equity at end / equity at start)^(1 / years) - 1, years of 365.25 days"},
        short_run || ruined_
            ? kNone
            : std::pow(last_equity_ / first_equity_, kSecondsPerYear / seconds) - 1,
        short_run ? kShort : kRuined);
    put(out,
        {"annual_volatility",
         "Annual volatility",
         Unit::Fraction,
         geometric ? "sqrt((v + (1+g)^2)^N - (1+g)^2N), v variance (n-1) and g geometric mean of "
                     "returns. Source: Tobin, The Theory of Portfolio Selection (1965)"
                   : "standard deviation (n-1) of returns * sqrt(N)"},
        short_run ? kNone : year.volatility,
        short_run ? kShort : kFewReturns);
    put(out,
        {"sharpe",
         "Sharpe ratio",
         Unit::Number,
         "(annual return - risk free) / annual volatility. Source: Sharpe, Journal of Portfolio "
         "Management 21 (1994)"},
        short_run ? kNone : ratio(year.growth - risk_free, year.volatility),
        short_run              ? kShort
        : returns_.count() < 2 ? kFewReturns
                               : "returns do not vary");
    put(out,
        {"sortino",
         "Sortino ratio",
         Unit::Number,
         "(annual return - target) / (sqrt(mean of min(r - t, 0)^2) * sqrt(N)), t the target's "
         "part for the time of r. Source: "
         "Sortino and Price, Journal of Investing 3 (1994)"},
        short_run ? kNone : ratio(year.growth - rules_.sortino_target.to_double(), year.downside),
        short_run               ? kShort
        : returns_.count() == 0 ? kFewReturns
                                : "no return below the target");
    put(out,
        {"calmar",
         "Calmar ratio",
         Unit::Number,
         "annual return / max drawdown. Source: Young, Futures 20 (1991)"},
        short_run ? kNone : ratio(year.growth, deepest),
        short_run     ? kShort
        : deepest > 0 ? why
                      : "no drawdown");
}

void CurveMeter::append_drawdowns(const DrawdownMeter& drawdowns,
                                  std::vector<Statistic>& out) const {
    const bool of_trades = rules_.drawdown_on == config::DrawdownBase::ClosedTrades;
    const auto falls = drawdowns.falls();
    constexpr std::string_view kNoFall = "no drawdown";
    put(out,
        {"max_drawdown",
         "Max drawdown",
         Unit::Fraction,
         of_trades ? "largest of 1 - x / highest x before, x start equity + profit of closed trades"
                   : "largest of 1 - equity / highest equity before"},
        points_ != 0 ? drawdowns.deepest() : kNone,
        "no sample of the equity");
    put(out,
        {"average_drawdown",
         "Average drawdown",
         Unit::Fraction,
         "mean of the deepest points of all falls below the peak"},
        falls.depth.count() != 0 ? falls.depth.mean() : kNone,
        kNoFall);
    put(out,
        {"max_drawdown_duration",
         "Max drawdown duration",
         Unit::Seconds,
         "longest time from a peak to the next point as high, or to the end"},
        falls.depth.count() != 0 ? falls.longest_s : kNone,
        kNoFall);
    put(out,
        {"average_drawdown_duration",
         "Average drawdown duration",
         Unit::Seconds,
         "mean time from a peak to the next point as high, or to the end"},
        falls.depth.count() != 0 ? falls.duration.mean() : kNone,
        kNoFall);
}

void CurveMeter::append_market(std::vector<Statistic>& out) const {
    const double hold = hold_from_ > 0 ? last_benchmark_ / hold_from_ - 1 : kNone;
    const double beta = against_market_.count() < 2 ? kNone : against_market_.slope();
    const double years =
        points_ == 0 ? 0 : seconds_between(first_time_, last_time_) / kSecondsPerYear;
    const double risk_free = rules_.risk_free.to_double() * years;
    const double gain = first_equity_ > 0 ? last_equity_ / first_equity_ - 1 : kNone;
    put(out,
        {"buy_and_hold",
         "Buy and hold return",
         Unit::Fraction,
         "last price of the first instrument / its price after hold_after samples - 1"},
        hold,
        kNoMarket);
    put(out,
        {"alpha",
         "Alpha",
         Unit::Fraction,
         "return - f - beta * (buy and hold return - f), f risk free over the run. Source: Jensen, "
         "Journal of Finance 23 (1968)"},
        gain - risk_free - beta * (hold - risk_free),
        hold - hold == 0 ? kFewReturns : kNoMarket);
    put(out,
        {"beta",
         "Beta",
         Unit::Number,
         rules_.returns == config::ReturnsKind::Geometric
             ? "cov(e, m) / var(m), logarithmic returns e of equity, m of the first instrument"
             : "cov(e, m) / var(m), returns e of equity, m of the first instrument. Source: "
               "Sharpe, "
               "Journal of Finance 19 (1964)"},
        beta,
        against_market_.count() < 2 ? kNoMarket : "the market does not vary");
}

const Statistic* find_statistic(const std::vector<Statistic>& all, std::string_view key) {
    const auto found =
        std::find_if(all.begin(), all.end(), [key](const auto& entry) { return entry.key == key; });
    return found == all.end() ? nullptr : &*found;
}

}  // namespace tradectl::backtest
