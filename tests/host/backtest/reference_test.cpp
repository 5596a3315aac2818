// Figures of published runs on daily bars of a share: trades and bars go in, the documented
// statistics come out.
#include "host/backtest/statistics.hpp"
#include "host/base/disk.hpp"
#include "host/base/json.hpp"
#include "host/base/text_input.hpp"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>

#include <gtest/gtest.h>

namespace tradectl::backtest {
namespace {

const std::string kShared = TRADECTL_SOURCE_DIR "/../shared/data";

struct DayBar {
    Timestamp day;
    double open = 0;
    double close = 0;
};

struct DayTrade {
    double size = 0;  ///< negative: short
    std::size_t entry_bar = 0;
    std::size_t exit_bar = 0;
    double entry_price = 0;
    double exit_price = 0;
    Trade trade;
};

/// What a fill of so many units at a price costs.
using Fee = std::function<double(double size, double price)>;

std::vector<std::string> fields_of(const std::string& line) {
    std::vector<std::string> fields;
    std::stringstream text(line);
    for (std::string field; std::getline(text, field, ',');)
        fields.push_back(field);
    return fields;
}

Timestamp day_of(const std::string& text) {
    return Timestamp::parse(text).value_or(Timestamp::none());
}

Decimal rounded(const std::string& text) {
    return Decimal::parse(text, Rounding::HalfEven).value();
}

std::vector<DayBar> read_bars() {
    std::vector<DayBar> bars;
    auto input = TextInput::open(kShared + "/candles/goog-1d-2004-2013.csv.gz");
    EXPECT_TRUE(input) << input.error().message;
    while (input) {
        const auto line = input->next().value_or(std::nullopt);
        if (!line) break;
        const auto fields = fields_of(std::string(*line));
        if (fields.size() < 5 || day_of(fields[0]).is_none()) continue;  // the names
        bars.push_back({day_of(fields[0]), std::stod(fields[1]), std::stod(fields[4])});
    }
    return bars;
}

std::vector<DayTrade> read_trades(const std::string& run) {
    std::vector<DayTrade> trades;
    std::ifstream file(kShared + "/reference/backtesting-py/" + run + ".trades.csv");
    std::string line;
    std::getline(file, line);  // names
    while (std::getline(file, line)) {
        const auto fields = fields_of(line);
        DayTrade entry{.size = std::stod(fields[0]),
                       .entry_bar = std::stoul(fields[1]),
                       .exit_bar = std::stoul(fields[2]),
                       .entry_price = std::stod(fields[3]),
                       .exit_price = std::stod(fields[4]),
                       .trade = {}};
        entry.trade.profit = rounded(fields[5]);
        entry.trade.fees = rounded(fields[6]);
        entry.trade.profit_ratio = std::stod(fields[7]);
        entry.trade.entry_time = day_of(fields[8]);
        entry.trade.exit_time = day_of(fields[9]);
        trades.push_back(std::move(entry));
    }
    return trades;
}

/// The trade that is open at the end: the other side of the last exit, with all there is.
DayTrade open_trade(const std::vector<DayTrade>& closed,
                    const std::vector<DayBar>& bars,
                    double cash,
                    double rate) {
    const DayTrade& last = closed.back();
    const double price = bars[last.exit_bar].open;
    const double units = std::floor(cash * (1 - 2.2e-16) / (price * (1 + rate)));
    return {.size = last.size > 0 ? -units : units,
            .entry_bar = last.exit_bar,
            .exit_bar = bars.size(),
            .entry_price = price,
            .exit_price = 0,
            .trade = {}};
}

struct Published {
    std::string run;
    std::uint32_t hold_after = 0;
    Fee fee;
    double open_rate = -1;  ///< of the fee, when a trade is open at the end; else below 0
};

class ReferenceRun : public testing::Test {
  protected:
    void SetUp() override {
        if (!std::filesystem::exists(kShared)) GTEST_SKIP() << "skipped: no ../shared";
        bars_ = read_bars();
        ASSERT_EQ(bars_.size(), 2148u);
    }

    std::vector<Statistic> figures_of(const Published& published) {
        config::ReportConfig rules;
        rules.year_days = 252;
        rules.returns = config::ReturnsKind::Geometric;
        rules.trades_on = config::TradeMeasure::Ratio;
        rules.first_point = config::FirstPoint::Sample;
        rules.hold_after = published.hold_after;
        auto trades = read_trades(published.run);
        CurveMeter curve(rules, kNsPerDay);
        TradeMeter meter(rules);
        for (const DayTrade& entry : trades)
            meter.add(entry.trade);
        const std::size_t closed = trades.size();
        if (published.open_rate >= 0) {
            double cash = 10'000;
            for (const DayTrade& entry : trades)
                cash += entry.trade.profit.to_double();
            trades.push_back(open_trade(trades, bars_, cash, published.open_rate));
        }
        play(trades, closed, published.fee, curve);
        std::vector<Statistic> all;
        curve.append(curve.drawdowns(), all);
        meter.append(0, all);
        return all;
    }

    void play(const std::vector<DayTrade>& trades,
              std::size_t closed,
              const Fee& fee,
              CurveMeter& curve) const {
        double cash = 10'000;
        double units = 0;
        for (std::size_t bar = 0; bar < bars_.size(); ++bar) {
            bool held = false;
            for (std::size_t i = 0; i < trades.size(); ++i) {
                const DayTrade& entry = trades[i];
                if (entry.exit_bar == bar) {
                    cash += entry.size * entry.exit_price - fee(entry.size, entry.exit_price);
                    units -= entry.size;
                }
                if (entry.entry_bar == bar) {
                    cash -= entry.size * entry.entry_price + fee(entry.size, entry.entry_price);
                    units += entry.size;
                }
                // The published time in market is that of closed trades.
                held = held || (i < closed && entry.entry_bar <= bar && bar <= entry.exit_bar);
            }
            const double price = bars_[bar].close;
            curve.add({.time = bars_[bar].day,
                       .equity = cash + units * price,
                       .exposure = std::fabs(units * price),
                       .benchmark = price,
                       .in_market = held});
        }
    }

    static Json stats(const std::string& run) {
        const auto disk = make_posix_disk();
        const std::string path = std::filesystem::canonical(kShared + "/reference/backtesting-py/" +
                                                            run + ".stats.json");
        auto json = parse_json(read_file(*disk, path, 1 << 20).value());
        EXPECT_TRUE(json) << json.error().message;
        return *json->find("stats");
    }

    void expect_published(const Published& published) {
        static const std::map<std::string, std::pair<std::string, double>> kNames{
            {"equity_end", {"Equity Final [$]", 1}},
            {"equity_peak", {"Equity Peak [$]", 1}},
            {"fees", {"Commissions [$]", 1}},
            {"return", {"Return [%]", 100}},
            {"buy_and_hold", {"Buy & Hold Return [%]", 100}},
            {"annual_return", {"Return (Ann.) [%]", 100}},
            {"annual_volatility", {"Volatility (Ann.) [%]", 100}},
            {"cagr", {"CAGR [%]", 100}},
            {"sharpe", {"Sharpe Ratio", 1}},
            {"sortino", {"Sortino Ratio", 1}},
            {"calmar", {"Calmar Ratio", 1}},
            {"alpha", {"Alpha [%]", 100}},
            {"beta", {"Beta", 1}},
            {"max_drawdown", {"Max. Drawdown [%]", -100}},
            {"average_drawdown", {"Avg. Drawdown [%]", -100}},
            {"exposure_time", {"Exposure Time [%]", 100}},
            {"trades", {"# Trades", 1}},
            {"win_rate", {"Win Rate [%]", 100}},
            {"best_trade", {"Best Trade [%]", 100}},
            {"worst_trade", {"Worst Trade [%]", 100}},
            {"average_trade", {"Avg. Trade [%]", 100}},
            {"profit_factor", {"Profit Factor", 1}},
            {"expectancy", {"Expectancy [%]", 100}},
            {"sqn", {"SQN", 1}},
            {"kelly", {"Kelly Criterion", 1}}};
        const Json wanted = stats(published.run);
        const auto figures = figures_of(published);
        for (const auto& [key, name] : kNames) {
            const Json* value = wanted.find(name.first);
            if (value == nullptr) continue;  // commissions where there are none
            const Statistic* found = find_statistic(figures, key);
            ASSERT_TRUE(found != nullptr && found->value) << key;
            const double expected = value->as_real().value();
            EXPECT_NEAR(*found->value * name.second, expected, std::fabs(expected) * 1e-11) << key;
        }
        expect_days(figures, wanted);
    }

    /// Published durations are whole days, rounded up.
    static void expect_days(const std::vector<Statistic>& figures, const Json& wanted) {
        static const std::map<std::string, std::string> kNames{
            {"max_drawdown_duration", "Max. Drawdown Duration"},
            {"average_drawdown_duration", "Avg. Drawdown Duration"},
            {"max_trade_duration", "Max. Trade Duration"},
            {"average_trade_duration", "Avg. Trade Duration"}};
        for (const auto& [key, name] : kNames) {
            const Statistic* found = find_statistic(figures, key);
            ASSERT_TRUE(found != nullptr && found->value) << key;
            EXPECT_EQ(std::ceil(*found->value / 86400), std::stod(*wanted.find(name)->as_text()))
                << key;
        }
    }

    std::vector<DayBar> bars_;
};

TEST_F(ReferenceRun, ACrossingWithACommissionAndAnOpenTrade) {
    expect_published(
        {.run = "goog_smacross_10_20_commission_0.002_exclusive",
         .hold_after = 19,
         .fee = [](double size, double price) { return 0.002 * std::fabs(size) * price; },
         .open_rate = 0.002});
}

TEST_F(ReferenceRun, ACrossingThatReverses) {
    expect_published({.run = "goog_smacross_10_30_close_then_reverse",
                      .hold_after = 29,
                      .fee = [](double, double) { return 0.0; }});
}

TEST_F(ReferenceRun, ACrossingWithASpreadAndAFixedCommission) {
    expect_published(
        {.run = "goog_smacross_10_30_spread_0.002_commission_fixed5_0.001",
         .hold_after = 29,
         .fee = [](double size, double price) { return 5 + 0.001 * std::fabs(size) * price; }});
}

}  // namespace
}  // namespace tradectl::backtest
