#include "tests/host/backtest/page_samples.hpp"

#include "host/base/random.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tradectl::backtest {
namespace {

/// Even numbers in 0..1, and sums of them that are nearly normal.
class Dice {
  public:
    double even() { return static_cast<double>(random_.next() >> 11) * 0x1p-53; }
    double normal() {
        double sum = -6;
        for (int i = 0; i < 12; ++i)
            sum += even();
        return sum;
    }
    std::size_t below(std::size_t bound) {
        return static_cast<std::size_t>(even() * static_cast<double>(bound));
    }

  private:
    SeededRandom random_{42};
};

Decimal cents(double value) {
    return *checked_mul(Decimal::from_int(std::llround(value * 100)), 0.01_d, Rounding::HalfEven);
}

void add_prices(Report& report, const SampleRun& run, Dice& dice) {
    for (std::size_t i = 0; i < run.instruments; ++i) {
        PriceSeries series{
            i == 0 ? "BTC-USD.paper" : "COIN" + std::to_string(i) + "-USD.paper", "USD", {}};
        double price = 50'000 / static_cast<double>(i * 9 + 1);
        const std::size_t bars = std::min(run.points, kPriceBarsMax);
        const std::int64_t each_ns = run.sample_ns * static_cast<std::int64_t>(run.points) /
                                     static_cast<std::int64_t>(std::max<std::size_t>(bars, 1));
        for (std::size_t k = 0; k < bars; ++k) {
            const double open = price;
            price *= 1 + run.volatility * 2 * dice.normal();
            const double reach = open * run.volatility;
            series.bars.push_back({run.start.plus_ns(each_ns * static_cast<std::int64_t>(k + 1)),
                                   open,
                                   std::max(open, price) + reach,
                                   std::min(open, price) - reach,
                                   price});
        }
        report.prices.push_back(std::move(series));
    }
}

void add_equity(Report& report, const SampleRun& run, Dice& dice) {
    double equity = run.equity, peak = run.equity;
    for (std::size_t i = 0; i < run.points; ++i) {
        const double size = std::abs(run.equity);
        const double swing = size * run.volatility * 0.3;
        equity += size * (run.drift + run.volatility * dice.normal());
        peak = std::max(peak, equity);
        EquityPoint point;
        point.time = run.start.plus_ns(run.sample_ns * static_cast<std::int64_t>(i + 1));
        point.equity = equity;
        point.equity_low = equity - swing;
        point.equity_high = equity + swing;
        point.drawdown = peak > 0 ? 1 - equity / peak : 0;
        point.exposure = i / 24 % 3 == 1 ? 0 : size * 0.4 * dice.even();
        report.equity.push_back(point);
    }
    const auto money = [](double value) { return Decimal::parse(std::to_string(value)).value(); };
    report.equity_start = money(run.equity);
    report.equity_end = money(equity);
}

void add_trades(Report& report, const SampleRun& run, Dice& dice) {
    constexpr const char* kReasons[] = {"target", "stop", "time", "signal"};
    for (std::size_t i = 0; i < run.trades; ++i) {
        const PriceSeries& series = report.prices[dice.below(report.prices.size())];
        const std::size_t entry = dice.below(series.bars.size() - 1);
        const std::size_t held =
            1 + dice.below(std::min<std::size_t>(series.bars.size() - entry - 1, 40));
        Trade trade;
        trade.strategy = "momentum";
        trade.instrument = series.instrument;
        trade.side = i % 3 == 2 ? TRADECTL_SIDE_SELL : TRADECTL_SIDE_BUY;
        trade.quantity = cents(0.5 + dice.even());
        trade.entry_time = series.bars[entry].time;
        trade.exit_time = series.bars[std::min(entry + held, series.bars.size() - 1)].time;
        trade.entry_price = cents(series.bars[entry].close);
        trade.exit_price = cents(series.bars[std::min(entry + held, series.bars.size() - 1)].close);
        const double sign = trade.side == TRADECTL_SIDE_BUY ? 1 : -1;
        trade.profit_ratio =
            sign * (trade.exit_price.to_double() / trade.entry_price.to_double() - 1);
        trade.profit =
            cents(trade.profit_ratio * trade.entry_price.to_double() * trade.quantity.to_double());
        trade.fees = 1.25_d;
        trade.bars = static_cast<std::uint32_t>(held);
        trade.exit_reason = kReasons[dice.below(4)];
        report.trades.push_back(trade);
    }
    std::sort(report.trades.begin(), report.trades.end(), [](const Trade& a, const Trade& b) {
        return a.exit_time < b.exit_time;
    });
    for (std::size_t i = 0; i < report.trades.size(); ++i)
        report.trades[i].number = i + 1;
    report.trades_total = report.trades.size();
}

void add_months(Report& report, Dice& dice) {
    if (report.equity.empty()) return;
    const std::string first = report.equity.front().time.to_string();
    const std::string last = report.equity.back().time.to_string();
    int year = std::stoi(first.substr(0, 4)), month = std::stoi(first.substr(5, 2));
    const int end = std::stoi(last.substr(0, 4)) * 12 + std::stoi(last.substr(5, 2));
    for (; year * 12 + month <= end; month = month % 12 + 1, year += month == 1 ? 1 : 0)
        report.months.push_back({year, month, dice.normal() * 0.03});
}

void add_statistics(Report& report) {
    const auto add = [&](const char* key, const char* label, Unit unit, double value) {
        report.statistics.push_back(
            {key, label, unit, value, "", std::string("what ") + label + " is; a made-up source"});
    };
    add("equity_start", "Equity at the start", Unit::Money, report.equity_start.to_double());
    add("equity_end", "Equity at the end", Unit::Money, report.equity_end.to_double());
    add("return",
        "Return",
        Unit::Fraction,
        report.equity_end.to_double() / report.equity_start.to_double() - 1);
    add("cagr", "CAGR", Unit::Fraction, 0.1834);
    add("annual_volatility", "Annual volatility", Unit::Fraction, 0.2145);
    add("sharpe", "Sharpe ratio", Unit::Number, 1.27);
    add("sortino", "Sortino ratio", Unit::Number, 1.83);
    add("calmar", "Calmar ratio", Unit::Number, 0.94);
    add("max_drawdown", "Max drawdown", Unit::Fraction, 0.1123);
    add("max_drawdown_duration", "Longest drawdown", Unit::Seconds, 987'654);
    add("trades", "Trades", Unit::Count, static_cast<double>(report.trades.size()));
    add("win_rate", "Win rate", Unit::Fraction, 0.5341);
    add("profit_factor", "Profit factor", Unit::Number, 1.31);
    add("expectancy", "Expectancy", Unit::Money, 12.84);
    add("sqn", "SQN", Unit::Number, 1.62);
    add("kelly", "Kelly fraction", Unit::Fraction, 0.08);
    add("exposure_time", "Time in the market", Unit::Fraction, 0.62);
    add("turnover", "Turnover", Unit::Number, 41.3);
    add("fees", "Fees", Unit::Money, 1'302.5);
    report.statistics.push_back({"alpha",
                                 "Alpha",
                                 Unit::Fraction,
                                 std::nullopt,
                                 "fewer than 2 returns",
                                 "what is left when beta is taken off"});
}

void add_origin(Report& report, const SampleRun& run) {
    report.name = run.name;
    report.config_hash = std::string(64, 'a');
    report.config_text = "name: " + run.name + "\nmode: backtest\nseed: 7\n";
    report.versions = {{"tradectl", "0.2.0"}, {"plugin paper", "0.2.0"}};
    report.seed = 7;
    report.created = Timestamp{1'770'000'000 * kNsPerSecond};
    report.wall_ns = 1'234'567'890;
    report.market_events = 1'234'567;
    report.orders = 2 * run.trades + 31;
    report.fills = 2 * run.trades;
    report.denied = 19;
    report.denied_by_reason = {{"insufficient_balance", 12}, {"rate_limit", 7}};
    report.currency = "USD";
    report.sample_ns = run.sample_ns;
    report.balances = {{"BTC", 0.25_d}, {"USD", 101'234.56_d}};
    report.positions = {
        {"momentum", "BTC-USD.paper", 0.25_d, 50'123.45_d, 50'500_d, 321.5_d, 94.14_d}};
    report.data_first = run.start;
    report.data_last = run.start.plus_ns(
        run.sample_ns * static_cast<std::int64_t>(std::max<std::size_t>(run.points, 1)));
}

/// What has no value, and what is no number.
Report undefined_report() {
    Report report = sample_report({.name = "undefined", .points = 50, .trades = 3});
    const double nan = std::nan(""), infinity = std::numeric_limits<double>::infinity();
    for (Statistic& each : report.statistics) {
        each.value = std::nullopt;
        each.undefined = "too few points";
    }
    report.statistics[2].value = nan;
    report.equity[10].equity = nan;
    report.equity[11].equity_high = infinity;
    report.equity[12].drawdown = nan;
    report.equity[13].exposure = -infinity;
    report.prices[0].bars[5].close = nan;
    report.prices[0].bars[6].high = infinity;
    report.trades[0].profit_ratio = nan;
    report.trades[1].exit_price = Decimal::null();
    report.equity_end = Decimal::null();
    report.months.front().value = nan;
    return report;
}

/// Everything that a config or a plugin can name tries to become part of the page.
Report hostile_report() {
    Report report = sample_report({.name = "hostile", .points = 50, .trades = 5});
    const std::string evil =
        "</script><script>document.title='owned'</script><img src=x onerror=\"alert(1)\">'&\x01";
    report.name = evil;
    report.currency = evil;
    report.error = evil;
    report.warnings = {evil, "]]></style><b>"};
    report.config_text = evil;
    report.config_hash = evil;
    report.versions = {{evil, evil}, {"tradectl", evil}};
    report.prices[0].instrument = report.prices[0].quote = evil;
    for (Trade& trade : report.trades)
        trade.strategy = trade.instrument = trade.exit_reason = evil;
    report.denied_by_reason = {{evil, 3}};
    report.balances = {{evil, 1_d}};
    report.positions = {{evil, evil, 1_d, 1_d}};
    for (Statistic& each : report.statistics)
        each.label = each.formula = each.undefined = evil;
    return report;
}

/// Every list at its bound.
Report largest_report() {
    Report report = sample_report({.name = "largest",
                                   .sample_ns = kNsPerMinute,
                                   .points = kCurvePointsMax,
                                   .trades = kReportTradesMax,
                                   .instruments = 6});
    for (Trade& trade : report.trades) {
        trade.strategy = "a-strategy-with-a-name-of-forty-letters--";
        trade.entry_price = trade.entry_price + 0.123456789012345678_d;
    }
    report.trades_total = 1'000'000;
    report.config_text = std::string(1 << 20, 'x');
    report.warnings.assign(1000, "the same warning again");
    report.denied_by_reason.assign(200, {"rate_limit", 5});
    return report;
}

}  // namespace

Report sample_report(const SampleRun& run) {
    Report report;
    Dice dice;
    add_origin(report, run);
    add_prices(report, run, dice);
    add_equity(report, run, dice);
    if (run.points > 1) add_trades(report, run, dice);
    add_months(report, dice);
    add_statistics(report);
    return report;
}

std::vector<std::string_view> sample_names() {
    return {"typical",
            "many",
            "short",
            "minutes",
            "years",
            "negative",
            "empty",
            "one_point",
            "undefined",
            "hostile",
            "largest"};
}

Report sample_by_name(std::string_view name) {
    if (name == "many")
        return sample_report({.name = "many", .points = 4000, .trades = 2000, .instruments = 3});
    if (name == "short") return sample_report({.name = "short", .points = 24, .trades = 6});
    if (name == "minutes")
        return sample_report(
            {.name = "minutes", .sample_ns = kNsPerSecond, .points = 300, .trades = 40});
    if (name == "years")
        return sample_report({.name = "years",
                              .start = Timestamp{1'420'070'400 * kNsPerSecond},
                              .sample_ns = kNsPerDay,
                              .points = 3000,
                              .trades = 300,
                              .volatility = 0.008});
    if (name == "negative")
        return sample_report({.name = "negative", .points = 500, .equity = -2'500});
    if (name == "empty") {
        Report report;
        report.name = "empty";
        return report;
    }
    if (name == "one_point") return sample_report({.name = "one_point", .points = 1, .trades = 0});
    if (name == "undefined") return undefined_report();
    if (name == "hostile") return hostile_report();
    if (name == "largest") return largest_report();
    return sample_report({.name = "typical"});
}

}  // namespace tradectl::backtest
