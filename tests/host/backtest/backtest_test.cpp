// Whole backtests: the paper exchange and momentum, from a config to a kept run.
#include "host/backtest/backtest.hpp"

#include "host/backtest/compare.hpp"
#include "host/backtest/config_text.hpp"
#include "host/market/data_writer.hpp"
#include "tests/host/backtest/backtest_fixture.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <random>
#include <sstream>

namespace tradectl::backtest {
namespace {

class BacktestRun : public BacktestFixture {
  protected:
    /// A file of two minutes' bars.
    std::string two_bars(const std::string& instrument) {
        const std::string path = directory_.file("bars.tdat");
        auto writer = market::DataFileWriter::create(
            *disk_, path, {market::DataKind::Bars, instrument, "rows", kNsPerMinute});
        const auto price = Decimal::from_int(100).to_abi();
        const auto volume = Decimal::from_int(8).to_abi();
        for (const char* time : {"2030-01-01T00:01:00Z", "2030-01-01T00:02:00Z"})
            EXPECT_TRUE(writer->add(market::BarRecord{
                Timestamp::parse(time)->ns(), price, price, price, price, volume, 0}));
        EXPECT_TRUE(writer->finish());
        return path;
    }
};

std::vector<Json> lines_of(const std::string& text) {
    std::vector<Json> lines;
    std::stringstream in(text);
    for (std::string line; std::getline(in, line);)
        lines.push_back(parse_json(line).value());
    return lines;
}

Decimal decimal_of(const Json& line, std::string_view key) {
    return Decimal::parse(line.find_text(key).value()).value();
}

double value(const Report& report, std::string_view key) {
    const Statistic* found = report.find(key);
    EXPECT_TRUE(found != nullptr && found->value) << key;
    return found != nullptr ? found->value.value_or(NAN) : NAN;
}

TEST_F(BacktestRun, WhatIsOutsideOfTheDataIsRefusedWithTheirRange) {
    engine::SessionText text = busy_market(300);
    text.data = "instrument: BTC-USD.x, file: " + two_bars("BTC-USD.x");
    BacktestOptions late;
    late.from = Timestamp::parse("2030-01-01T00:02:01Z").value();
    BacktestOptions early;
    early.until = Timestamp::parse("2030-01-01T00:01:00Z").value();
    for (const BacktestOptions& options : {late, early}) {
        const auto refused = run(text, options);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, ErrorCode::Usage);
        EXPECT_NE(refused.error().message.find(
                      "from 2030-01-01T00:01:00.000000000Z to 2030-01-01T00:02:00.000000000Z"),
                  std::string::npos)
            << refused.error().message;
    }
    EXPECT_TRUE(list_runs(*disk_, root()).value().empty()) << "nothing was kept of the refused";
    BacktestOptions last;
    last.from = Timestamp::parse("2030-01-01T00:02:00Z").value();
    EXPECT_EQ(run_well(text, last).report.market_events, 1u);
}

TEST_F(BacktestRun, DataOfAnotherInstrumentAreToldOf) {
    engine::SessionText text = busy_market(300);
    text.data = "instrument: BTC-USD.x, file: " + two_bars("ETH-USD.x");
    const auto report = run_well(text).report;
    ASSERT_EQ(report.warnings.size(), 1u);
    EXPECT_NE(report.warnings[0].find("was made for 'ETH-USD.x', it is played for 'BTC-USD.x'"),
              std::string::npos)
        << report.warnings[0];
}

TEST_F(BacktestRun, ACurrencyThatNothingIsPaidInIsRefused) {
    auto config = document(busy_market(300).yaml());
    config.config.report.currency = "ZZZ";
    BacktestOptions options;
    options.runs_root = root();
    const auto refused = run_backtest(config, options);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message,
              "report.currency: no instrument is paid in 'ZZZ', known: USD");
}

TEST_F(BacktestRun, KeepsEverythingUnderItsNameAndTime) {
    const auto result = run_well(busy_market(3000));
    const std::vector<std::string> expected{"config.yaml",
                                            "export.jsonl",
                                            "index.db",
                                            "report.html",
                                            "report.json",
                                            "report.txt",
                                            "trades.csv"};
    EXPECT_EQ(names(result.path), expected);
    const auto heads = list_runs(*disk_, root()).value();
    ASSERT_EQ(heads.size(), 1u);
    EXPECT_EQ(heads[0].path, result.path);
    EXPECT_EQ(heads[0].damaged, "");
    EXPECT_EQ(heads[0].trades, result.report.trades_total);
    EXPECT_EQ(text_of(result.path + "/report.txt"), report_text(result.report));
    EXPECT_EQ(report_json(read_report(*disk_, result.path).value()).dump(),
              report_json(result.report).dump());
    EXPECT_EQ(names(root() + "/" + result.report.name).size(), 1u) << "nothing else is left";
}

TEST_F(BacktestRun, TheSameConfigGivesTheSameResults) {
    const auto first = run_well(busy_market(3000));
    const auto second = run_well(busy_market(3000));
    ASSERT_NE(first.path, second.path);
    EXPECT_EQ(text_of(first.path + "/export.jsonl"), text_of(second.path + "/export.jsonl"));
    EXPECT_EQ(text_of(first.path + "/trades.csv"), text_of(second.path + "/trades.csv"));
    const Comparison same = compare(first.report, second.report, "1", "2");
    EXPECT_TRUE(same.config.empty());
    EXPECT_FALSE(same.trade);
    for (const auto& delta : same.statistics)
        EXPECT_EQ(delta.left, delta.right) << delta.key;
}

TEST_F(BacktestRun, WhatTradesEarnedIsWhatTheEquityGained) {
    const Report report = run_well(busy_market(5000)).report;
    ASSERT_GT(report.trades_total, 20u);
    Decimal gained;
    for (const Trade& trade : report.trades)
        gained = gained + trade.profit;
    for (const Trade& trade : report.open_trades)
        gained = gained + trade.profit;
    EXPECT_NEAR(
        gained.to_double(), report.equity_end.to_double() - report.equity_start.to_double(), 1e-6);
    EXPECT_NEAR(value(report, "return"),
                report.equity_end.to_double() / report.equity_start.to_double() - 1,
                1e-12);
}

TEST_F(BacktestRun, EquityIsKeptToTheLastDigit) {
    const auto result = run_well(busy_market(3000));
    const Report& report = result.report;
    EXPECT_EQ(report.equity_start, 100'000_d);
    EXPECT_EQ(report.equity_end, result.summary.equity_end.at("USD"));
    const std::string text = text_of(result.path + "/report.json");
    EXPECT_NE(text.find("\"equity_start\":\"100000\""), std::string::npos);
    EXPECT_NE(text.find("\"equity_end\":\"" + report.equity_end.to_string() + "\""),
              std::string::npos);
}

TEST_F(BacktestRun, ARunThatKeepsNothingHasTheSameFigures) {
    const auto kept = run_well(busy_market(3000));
    const auto bare = run_well(busy_market(3000), {.keep = Keep::Nothing});
    EXPECT_TRUE(bare.path.empty());
    EXPECT_EQ(list_runs(*disk_, root()).value().size(), 1u);
    const Comparison same = compare(kept.report, bare.report, "1", "2");
    for (const auto& delta : same.statistics)
        EXPECT_EQ(delta.left, delta.right) << delta.key;
    EXPECT_FALSE(same.trade);
}

TEST_F(BacktestRun, TheKeptConfigLoadsAgainToTheSame) {
    const auto text = busy_market(100).yaml();
    const auto before = document(text);
    const auto after = document(config_text(before));
    EXPECT_EQ(after.hash, before.hash);
}

TEST_F(BacktestRun, EveryConfigOfTheProjectIsKeptTruly) {
    for (const auto& entry : std::filesystem::directory_iterator(TRADECTL_SOURCE_DIR "/configs")) {
        if (entry.path().extension() != ".yaml") continue;
        const auto loaded = config::load_file(entry.path().string());
        ASSERT_TRUE(loaded) << loaded.error().message;
        const auto again = document(config_text(*loaded));
        EXPECT_EQ(again.config.name, loaded->config.name) << entry.path();
        EXPECT_EQ(config_text(again), config_text(*loaded)) << entry.path();
    }
}

TEST_F(BacktestRun, AConfigForPaperTradingIsBacktestedToo) {
    auto text = busy_market(500);
    text.head = "mode: paper\nseed: 7\n";
    const auto result = run_well(text);
    EXPECT_EQ(result.report.market_events, 1000u);
    EXPECT_EQ(result.summary.state_dir, "");
}

TEST_F(BacktestRun, OnlyTheWindowIsPlayed) {
    const Timestamp from = Timestamp::parse("2026-01-01T00:01:00Z").value();
    const Timestamp until = Timestamp::parse("2026-01-01T00:02:00Z").value();
    const Report whole = run_well(busy_market(3000)).report;
    const Report part = run_well(busy_market(3000), {.from = from, .until = until}).report;
    EXPECT_LT(whole.data_first, from);
    EXPECT_GE(part.data_first, from);
    EXPECT_LT(part.data_last, until);
    EXPECT_LT(part.market_events, whole.market_events);
    EXPECT_GT(part.market_events, 0u);
    const auto before = run(busy_market(100), {.until = Timestamp::parse("2020-01-01").value()});
    EXPECT_EQ(before.error().code, ErrorCode::Usage);
}

TEST_F(BacktestRun, ATakenDirectoryIsRefusedBeforeAnythingRuns) {
    const std::string taken = directory_.file("mine");
    ASSERT_TRUE(disk_->make_directory(taken + "/sub"));
    const auto refused = run(busy_market(100), {.out_dir = taken});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::BadState);
    EXPECT_EQ(names(taken), std::vector<std::string>{"sub"});
}

TEST_F(BacktestRun, AStartThatFailsLeavesNothing) {
    auto text = busy_market(100);
    text.exchange = "plugin: no-such-plugin";
    EXPECT_FALSE(run(text));
    EXPECT_TRUE(names(root() + "/engine-test").empty());
    EXPECT_TRUE(list_runs(*disk_, root()).value().empty());
}

TEST_F(BacktestRun, AFurtherCopyOfTheExportIsMade) {
    const std::string copy = directory_.write("copy.jsonl", "old and longer than nothing");
    const auto result = run_well(busy_market(1000), {.export_file = copy});
    EXPECT_FALSE(text_of(copy).empty());
    EXPECT_EQ(text_of(copy), text_of(result.path + "/export.jsonl"));
}

TEST_F(BacktestRun, OpenTradesCountAtTheLastPriceWhenAsked) {
    auto text = busy_market(3000);
    const Report without = run_well(text).report;
    ASSERT_FALSE(without.open_trades.empty());
    text.rest = "report: {finalize: mark}\n";
    const Report with = run_well(text).report;
    EXPECT_TRUE(with.open_trades.empty());
    EXPECT_EQ(with.trades_total, without.trades_total + without.open_trades.size());
    EXPECT_EQ(with.trades.back().exit_reason, "end");
}

TEST_F(BacktestRun, TheSampleIsWhatTheConfigSaysUnlessTheCallerKnowsBetter) {
    auto text = busy_market(3000);
    EXPECT_EQ(run_well(text).report.sample_ns, kNsPerSecond);
    text.rest = "report: {sample: 30s}\n";
    const Report half_minutes = run_well(text).report;
    EXPECT_EQ(half_minutes.sample_ns, 30 * kNsPerSecond);
    ASSERT_GT(half_minutes.equity.size(), 5u);
    EXPECT_EQ(half_minutes.equity[0].time, half_minutes.started);
    for (std::size_t i = 1; i < half_minutes.equity.size(); ++i)
        EXPECT_EQ(half_minutes.equity[i].time.ns() % (30 * kNsPerSecond), 0);
    const Report minutes = run_well(text, {.sample_ns = kNsPerMinute}).report;
    EXPECT_LT(minutes.equity.size(), half_minutes.equity.size());
}

/// Positions, the balance of the quote asset and open orders by walking the whole export.
struct Replayed {
    Decimal position;
    Decimal cash = Decimal::from_int(100'000);
    std::vector<std::string> open;
    std::size_t fills = 0;
};

Replayed replay(const std::vector<Json>& lines, Timestamp time) {
    Replayed state;
    for (const Json& line : lines) {
        const auto kind = line.find_text("kind").value();
        if (kind == "order") {
            const auto status = line.find("status")->as_integer().value();
            const bool closed = execution::is_closed(static_cast<OrderStatus>(status));
            const bool ended = closed && line.find("updated")->as_integer() <= time.ns();
            if (line.find("created")->as_integer() <= time.ns() && !ended) {
                state.open.emplace_back(line.find_text("client_order_id").value());
            }
        }
        if (kind != "fill" || line.find("time")->as_integer() > time.ns()) continue;
        const Decimal quantity = decimal_of(line, "quantity");
        const Decimal notional =
            checked_mul(quantity, decimal_of(line, "price"), Rounding::HalfEven).value();
        const bool buys = line.find("side")->as_integer() == TRADECTL_SIDE_BUY;
        state.position = buys ? state.position + quantity : state.position - quantity;
        state.cash = buys ? state.cash - notional : state.cash + notional;
        state.cash = state.cash - decimal_of(line, "fee");
        ++state.fills;
    }
    std::sort(state.open.begin(), state.open.end());
    return state;
}

TEST_F(BacktestRun, TheStateAtAnyTimeIsThatOfAReplay) {
    const auto result = run_well(busy_market(5000));
    const auto lines = lines_of(text_of(result.path + "/export.jsonl"));
    const char* given = std::getenv("TRADECTL_TEST_SEED");
    const auto seed = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    std::cout << "seed " << seed << "\n";
    std::mt19937_64 random(seed);
    std::vector<Timestamp> times{result.report.started, result.report.ended};
    for (const Json& line : lines) {
        const Json* time = line.find("time");
        if (time != nullptr && time->as_integer()) times.emplace_back(*time->as_integer());
    }
    const auto length = static_cast<std::uint64_t>(times[1].minus(times[0]));
    for (int i = 0; i < 100; ++i)
        times.push_back(times[0].plus_ns(static_cast<std::int64_t>(random() % length)));
    for (const Timestamp time : times) {
        const auto state = state_at(*disk_, result.path, time, {.fills_max = 1000});
        ASSERT_TRUE(state) << state.error().message;
        const Replayed expected = replay(lines, time);
        const Decimal position =
            state->positions.empty() ? Decimal() : state->positions[0].quantity;
        EXPECT_EQ(position, expected.position) << time.to_string();
        for (const auto& balance : state->balances) {
            EXPECT_EQ(balance.total, balance.asset == "USD" ? expected.cash : expected.position)
                << balance.asset << " at " << time.to_string();
        }
        EXPECT_EQ(state->fills.size(), expected.fills) << time.to_string();
        std::vector<std::string> open;
        for (const auto& order : state->open_orders)
            open.push_back(order.client_order_id);
        std::sort(open.begin(), open.end());
        EXPECT_EQ(open, expected.open) << time.to_string();
    }
    EXPECT_GT(lines.size(), 100u);
}

TEST_F(BacktestRun, TheStateReadsInEightyColumns) {
    const auto result = run_well(busy_market(3000));
    const auto state = state_at(*disk_, result.path, result.report.ended).value();
    std::stringstream text(state_text(state));
    for (std::string line; std::getline(text, line);)
        EXPECT_LE(line.size(), 80u) << line;
    EXPECT_EQ(state_json(state).find("fills")->as_array()->size(), 10u);
    const auto last = state_at(*disk_, result.path, state.last).value();
    EXPECT_EQ(last.equity.at(0).equity, result.report.equity_end);
}

TEST(DerivedSample, IsTheShortestRoundOneWithTenThousandAtMost) {
    EXPECT_EQ(derived_sample_ns(0), kNsPerSecond);
    EXPECT_EQ(derived_sample_ns(9'999 * kNsPerSecond), kNsPerSecond);
    EXPECT_EQ(derived_sample_ns(10'000 * kNsPerSecond), 5 * kNsPerSecond);
    EXPECT_EQ(derived_sample_ns(365 * kNsPerDay), kNsPerHour);
    EXPECT_EQ(derived_sample_ns(INT64_MAX), kNsPerDay);
}

}  // namespace
}  // namespace tradectl::backtest
