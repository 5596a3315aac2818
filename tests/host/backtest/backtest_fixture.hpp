/// Backtests in the test's process, kept under a temporary root.
#pragma once

#include "host/backtest/backtest.hpp"
#include "host/backtest/run_store.hpp"
#include "host/backtest/state_at.hpp"
#include "tests/engine_support/session_fixture.hpp"

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace tradectl::backtest {

/// Momentum that trades often, on a market of `trades` made-up trades.
[[nodiscard]] inline engine::SessionText busy_market(int trades) {
    engine::SessionText text;
    text.exchange =
        "plugin: paper, settings: {balances: {USD: \"100000\"}, latency: 5ms, ack_latency: "
        "2ms, taker_fee: \"0.001\"}";
    text.data =
        "instrument: BTC-USD.x, synth: {price: \"100\", interval: 100ms, quantity: "
        "\"5\", spread_ticks: 2, volatility_ppm: 300, trades: " +
        std::to_string(trades) + "}";
    text.strategies =
        "  - {name: m, plugin: momentum, instruments: [BTC-USD.x], settings: {lookback: 20, "
        "threshold: \"0.001\", notional: \"5000\", target: \"0.002\", stop: \"0.002\", "
        "hold_max: 1m, cooldown: 1s}}\n";
    return text;
}

class BacktestFixture : public testing::Test {
  protected:
    [[nodiscard]] std::string root() const { return directory_.file("runs"); }
    [[nodiscard]] config::Document document(const std::string& yaml) const {
        config::LoadOptions load;
        load.directory = load.working_directory = directory_.path();
        const auto outcome = config::load_text(yaml, load);
        for (const auto& problem : outcome.errors)
            ADD_FAILURE() << problem.to_string();
        return outcome.document.value_or(config::Document{});
    }
    Expected<BacktestResult> run(const engine::SessionText& text, BacktestOptions options = {}) {
        if (options.runs_root.empty()) options.runs_root = root();
        return run_backtest(document(text.yaml()), options);
    }
    BacktestResult run_well(const engine::SessionText& text, BacktestOptions options = {}) {
        auto result = run(text, std::move(options));
        EXPECT_TRUE(result) << result.error().message;
        return result ? std::move(*result) : BacktestResult{};
    }
    [[nodiscard]] static std::string text_of(const std::string& path) {
        std::ifstream file(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    }
    /// Names in a directory, hidden ones included.
    [[nodiscard]] std::vector<std::string> names(const std::string& path) {
        return disk_->list(path).value_or(std::vector<std::string>());
    }

    TemporaryDirectory directory_{engine::memory_directory()};
    std::unique_ptr<Disk> disk_ = make_posix_disk();
};

}  // namespace tradectl::backtest
