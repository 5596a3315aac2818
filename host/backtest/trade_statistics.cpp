// The round trips' figures.
#include "host/backtest/figure.hpp"
#include "host/backtest/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tradectl::backtest {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr std::string_view kNoTrades = "no round trip";

double if_any(const Moments& moments, double value) {
    return moments.count() == 0 ? kNone : value;
}

}  // namespace

void TradeMeter::add(const Trade& trade) {
    const double profit = trade.profit.to_double();
    const double duration = static_cast<double>(trade.exit_time.minus(trade.entry_time)) /
                            static_cast<double>(kNsPerSecond);
    best_ = count() == 0 ? trade.profit_ratio : std::max(best_, trade.profit_ratio);
    worst_ = count() == 0 ? trade.profit_ratio : std::min(worst_, trade.profit_ratio);
    longest_s_ = std::max(longest_s_, duration);
    profits_.add(profit);
    ratios_.add(trade.profit_ratio);
    durations_.add(duration);
    fees_ += trade.fees.to_double();
    ruined_ = ruined_ || trade.profit_ratio <= -1;
    if (!ruined_) log_growth_ += std::log1p(trade.profit_ratio);
    streak_ = profit < 0 ? streak_ + 1 : 0;
    longest_streak_ = std::max(longest_streak_, streak_);
    if (profit > 0) {
        wins_.add(profit);
        win_ratios_.add(trade.profit_ratio);
    } else if (profit < 0) {
        losses_.add(-profit);
        loss_ratios_.add(-trade.profit_ratio);
    }
}

void TradeMeter::append(double equity_mean, std::vector<Statistic>& out) const {
    put(out,
        {"trades", "Trades", Unit::Count, "round trips, first in first out by order"},
        static_cast<double>(count()));
    append_profit(out);
    append_spread(out);
    put(out,
        {"max_trade_duration", "Longest trade", Unit::Seconds, "longest time from entry to exit"},
        if_any(durations_, longest_s_),
        kNoTrades);
    put(out,
        {"average_trade_duration",
         "Average trade duration",
         Unit::Seconds,
         "mean time from entry to exit"},
        if_any(durations_, durations_.mean()),
        kNoTrades);
    put(out,
        {"losing_streak", "Losing streak", Unit::Count, "most losing trades in a row"},
        static_cast<double>(longest_streak_));
    put(out, {"fees", "Fees of trades", Unit::Money, "sum of the fees of round trips"}, fees_);
    put(out,
        {"turnover", "Turnover", Unit::Number, "sum of the fills' notionals / mean equity"},
        equity_mean > 0 ? notional_ / equity_mean : kNone,
        "no equity above zero");
}

void TradeMeter::append_profit(std::vector<Statistic>& out) const {
    const bool by_ratio = rules_.trades_on == config::TradeMeasure::Ratio;
    const auto& wins = by_ratio ? win_ratios_ : wins_;
    const auto& losses = by_ratio ? loss_ratios_ : losses_;
    const bool geometric = rules_.returns == config::ReturnsKind::Geometric;
    const auto n = static_cast<double>(count());
    put(out,
        {"win_rate", "Win rate", Unit::Fraction, "trades with profit above 0 / trades"},
        if_any(profits_, static_cast<double>(wins_.count()) / n),
        kNoTrades);
    put(out,
        {"profit_factor",
         "Profit factor",
         Unit::Number,
         by_ratio ? "sum of the winners' profit ratios / sum of the losers'"
                  : "sum of the winners' profits / sum of the losers' losses"},
        losses.count() == 0 ? kNone : wins.sum() / losses.sum(),
        count() == 0 ? kNoTrades : "no losing trade");
    put(out,
        {"expectancy",
         "Expectancy",
         by_ratio ? Unit::Fraction : Unit::Money,
         by_ratio ? "mean profit ratio of a trade" : "mean profit of a trade"},
        if_any(profits_, by_ratio ? ratios_.mean() : profits_.mean()),
        kNoTrades);
    put(out,
        {"average_trade",
         "Average trade",
         Unit::Fraction,
         geometric ? "(product of (1 + profit ratio))^(1 / trades) - 1"
                   : "mean of profit / notional at entry"},
        if_any(profits_,
               !geometric ? ratios_.mean()
               : ruined_  ? kNone
                          : std::expm1(log_growth_ / n)),
        count() == 0 ? kNoTrades : "a trade lost its whole notional");
}

void TradeMeter::append_spread(std::vector<Statistic>& out) const {
    const auto n = static_cast<double>(count());
    const double win_rate = static_cast<double>(wins_.count()) / n;
    const double deviation = std::sqrt(profits_.variance());
    put(out,
        {"best_trade", "Best trade", Unit::Fraction, "highest profit / notional at entry"},
        if_any(profits_, best_),
        kNoTrades);
    put(out,
        {"worst_trade", "Worst trade", Unit::Fraction, "lowest profit / notional at entry"},
        if_any(profits_, worst_),
        kNoTrades);
    put(out,
        {"average_win", "Average win", Unit::Money, "mean profit of trades with profit above 0"},
        if_any(wins_, wins_.mean()),
        "no winning trade");
    put(out,
        {"average_loss", "Average loss", Unit::Money, "mean loss of trades with profit below 0"},
        if_any(losses_, losses_.mean()),
        "no losing trade");
    put(out,
        {"sqn",
         "System quality",
         Unit::Number,
         "sqrt(trades) * mean profit / standard deviation (n-1) of profits. Source: Tharp, The "
         "Definitive Guide to Position Sizing (2008)"},
        deviation > 0 ? std::sqrt(n) * profits_.mean() / deviation : kNone,
        count() < 2 ? "fewer than two trades" : "profits do not vary");
    put(out,
        {"kelly",
         "Kelly criterion",
         Unit::Number,
         "w - (1 - w) / (average win / average loss), w win rate. Source: Kelly, Bell System "
         "Technical Journal 35 (1956)"},
        wins_.count() == 0 || losses_.count() == 0
            ? kNone
            : win_rate - (1 - win_rate) / (wins_.mean() / losses_.mean()),
        count() == 0 ? kNoTrades : "wants both winning and losing trades");
}

}  // namespace tradectl::backtest
