// The statistics that are published with the runs of crossing averages (reference section 6), as
// the report of a whole backtest has them: bars, fills, samples, round trips and figures.
#include "host/backtest/backtest.hpp"
#include "host/backtest/statistics.hpp"
#include "host/base/json.hpp"
#include "tests/reference/bar_run.hpp"

#include <cmath>
#include <map>

namespace tradectl::reference {
namespace {

/// One published run.
struct Published {
    std::string name;
    std::string averages;  ///< settings of the strategy: fast, slow
    std::string costs;     ///< settings of the venue
    std::string same;      ///< what the strategy knows of them
    std::string hold_after;
    bool ends_open = false;  ///< a trade is open at the end; else it is closed at the last open
};

class SmaReport : public BarRun {
  protected:
    void SetUp() override {
        if (!shared_file("candles/goog-1d-2004-2013.csv.gz"))
            GTEST_SKIP() << "skipped: no ../shared";
    }

    /// With the rules that the published figures follow.
    [[nodiscard]] std::string yaml_of(const Published& run, const std::string& file) const {
        return "name: reference\nmode: backtest\nlog: {level: \"off\"}\n"
               "plugins: {paths: [" TRADECTL_BINARY_DIR "/reference, " TRADECTL_BINARY_DIR
               "/plugins]}\n"
               "exchanges: [{name: x, plugin: paper, settings: {balances: {USD: \"10000\"}, "
               "spread_on: entries, " +
               run.costs +
               "}}]\n"
               "instruments: [{name: A-B.x, kind: equity, base: GOOG, quote: USD, tick: \"0.01\", "
               "lot: \"1\", margin: {initial: \"0.5\", maintenance: \"0.000001\"}}]\n"
               "data: [{instrument: A-B.x, file: " +
               file +
               ", bars: {play: quotes, spacing: 0}, build: {price: bid, closed: right}}]\n"
               "strategies: [{name: sma, plugin: sma_cross, instruments: [A-B.x], settings: {" +
               run.averages + ", " + run.same + ", close_at: \"" +
               (run.ends_open ? "" : "2013-03-01T00:00:00Z") +
               "\"}}]\n"
               "report: {sample: 1d, year_days: 252, returns: geometric, trades_on: ratio, "
               "first_point: sample, hold_after: " +
               run.hold_after + "}\n";
    }

    backtest::Report report_of(const Published& run) {
        const std::string file = import_bars(*shared_file("candles/goog-1d-2004-2013.csv.gz"),
                                             5000,
                                             kNsPerDay,
                                             market::BarStamp::Open);
        config::LoadOptions load;
        load.directory = load.working_directory = directory_.path();
        const auto outcome = config::load_text(yaml_of(run, file), load);
        EXPECT_TRUE(outcome.document) << config::to_error(outcome.errors).message;
        if (!outcome.document) return {};
        auto result = backtest::run_backtest(*outcome.document, {.keep = backtest::Keep::Nothing});
        EXPECT_TRUE(result) << result.error().message;
        return result ? std::move(result->report) : backtest::Report{};
    }

    [[nodiscard]] Json published(const std::string& run) {
        const auto path = shared_file("reference/backtesting-py/" + run + ".stats.json");
        EXPECT_TRUE(path);
        auto json = parse_json(read_file(*disk_, *path, 1 << 20).value());
        EXPECT_TRUE(json) << json.error().message;
        return *json->find("stats");
    }

    void expect_published(const Published& run);
};

/// Our name, the published one, and what ours is multiplied by.
struct Figure {
    const char* key;
    const char* name;
    double factor = 1;
};
constexpr Figure kFigures[] = {{"equity_end", "Equity Final [$]"},
                               {"equity_peak", "Equity Peak [$]"},
                               {"fees", "Commissions [$]"},
                               {"return", "Return [%]", 100},
                               {"buy_and_hold", "Buy & Hold Return [%]", 100},
                               {"annual_return", "Return (Ann.) [%]", 100},
                               {"annual_volatility", "Volatility (Ann.) [%]", 100},
                               {"cagr", "CAGR [%]", 100},
                               {"sharpe", "Sharpe Ratio"},
                               {"sortino", "Sortino Ratio"},
                               {"calmar", "Calmar Ratio"},
                               {"alpha", "Alpha [%]", 100},
                               {"beta", "Beta"},
                               {"max_drawdown", "Max. Drawdown [%]", -100},
                               {"average_drawdown", "Avg. Drawdown [%]", -100},
                               {"exposure_time", "Exposure Time [%]", 100},
                               {"trades", "# Trades"},
                               {"win_rate", "Win Rate [%]", 100},
                               {"best_trade", "Best Trade [%]", 100},
                               {"worst_trade", "Worst Trade [%]", 100},
                               {"average_trade", "Avg. Trade [%]", 100},
                               {"profit_factor", "Profit Factor"},
                               {"expectancy", "Expectancy [%]", 100},
                               {"sqn", "SQN"},
                               {"kelly", "Kelly Criterion"}};
/// Published as whole days, rounded up.
constexpr Figure kDays[] = {{"max_drawdown_duration", "Max. Drawdown Duration"},
                            {"average_drawdown_duration", "Avg. Drawdown Duration"},
                            {"max_trade_duration", "Max. Trade Duration"},
                            {"average_trade_duration", "Avg. Trade Duration"}};

void SmaReport::expect_published(const Published& run) {
    const backtest::Report report = report_of(run);
    const Json wanted = published(run.name);
    const auto value_of = [&](const char* key) {
        const auto* found = backtest::find_statistic(report.statistics, key);
        EXPECT_TRUE(found != nullptr && found->value) << key;
        return found != nullptr ? found->value.value_or(NAN) : NAN;
    };
    for (const Figure& figure : kFigures) {
        // The published time in market leaves out the trade that is open at the end.
        if (run.ends_open && std::string_view(figure.key) == "exposure_time") continue;
        const Json* value = wanted.find(figure.name);
        if (value == nullptr) continue;  // commissions where there are none
        const double expected = value->as_real().value();
        EXPECT_NEAR(value_of(figure.key) * figure.factor, expected, std::fabs(expected) * 1e-8)
            << figure.key;
    }
    for (const Figure& figure : kDays) {
        const double days = std::stod(*wanted.find(figure.name)->as_text());
        EXPECT_EQ(std::ceil(value_of(figure.key) / 86400), days) << figure.key;
    }
}

TEST_F(SmaReport, EqualsThePublishedOneWithCommission) {
    expect_published({.name = "goog_smacross_10_20_commission_0.002_exclusive",
                      .averages = "fast: 10, slow: 20",
                      .costs = R"(spread: "0", taker_fee: "0.002", fee_fixed: "0")",
                      .same = R"(spread: "0", fee_rate: "0.002", fee_unit: "0")",
                      .hold_after = "19",
                      .ends_open = true});
}

TEST_F(SmaReport, EqualsThePublishedOneThatClosesAndReverses) {
    expect_published({.name = "goog_smacross_10_30_close_then_reverse",
                      .averages = "fast: 10, slow: 30",
                      .costs = R"(spread: "0", taker_fee: "0", fee_fixed: "0")",
                      .same = R"(spread: "0", fee_rate: "0", fee_unit: "0")",
                      .hold_after = "29"});
}

TEST_F(SmaReport, EqualsThePublishedOneWithSpreadAndFixedCommission) {
    expect_published({.name = "goog_smacross_10_30_spread_0.002_commission_fixed5_0.001",
                      .averages = "fast: 10, slow: 30",
                      .costs = R"(spread: "0.002", taker_fee: "0.001", fee_fixed: "5")",
                      .same = R"(spread: "0.002", fee_rate: "0.001", fee_unit: "5")",
                      .hold_after = "29"});
}

}  // namespace
}  // namespace tradectl::reference
