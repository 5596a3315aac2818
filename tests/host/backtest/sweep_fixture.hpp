/// Sweeps whose points are run by a formula, in processes of their own as always.
#pragma once

#include "host/backtest/sweep.hpp"
#include "host/backtest/sweep_view.hpp"
#include "tests/host/backtest/backtest_fixture.hpp"

#include <cmath>
#include <functional>
#include <string>
#include <vector>

namespace tradectl::backtest {

class SweepFixture : public BacktestFixture {
  protected:
    using Formula =
        std::function<Expected<double>(double lookback, double hold_s, const BacktestOptions&)>;

    /// A sweep of momentum's `lookback` (and of whatever else) whose Sharpe is the formula's.
    [[nodiscard]] SweepOptions options(std::vector<std::string> axes, Formula formula) const {
        SweepOptions out;
        out.config_text = busy_market(300).yaml();
        out.load.directory = out.load.working_directory = directory_.path();
        out.axes = std::move(axes);
        out.workers = 2;
        out.out_dir = directory_.file("sweep");
        const std::string ran = directory_.file("ran");
        out.runner = [formula = std::move(formula), ran](
                         const config::Document& document,
                         const BacktestOptions& run) -> Expected<BacktestResult> {
            std::ofstream(ran, std::ios::app) << "x";
            const auto& settings = document.config.strategies[0].settings;
            const auto lookback = settings.find("lookback")->text;
            const auto hold = settings.find("hold_max")->text;
            const auto sharpe = formula(std::stod(lookback), std::stod(hold), run);
            if (!sharpe) return fail(sharpe.error());
            return made_up(*sharpe, run);
        };
        return out;
    }
    /// How many points were really run since the last look.
    [[nodiscard]] std::size_t runs() {
        const std::string ran = directory_.file("ran");
        const std::size_t count = text_of(ran).size();
        std::filesystem::remove(ran);
        return count;
    }
    [[nodiscard]] SweepResult sweep_well(const SweepOptions& with) {
        auto result = run_sweep(*disk_, with);
        EXPECT_TRUE(result) << result.error().message;
        return result ? std::move(*result) : SweepResult{};
    }
    [[nodiscard]] Error refusal(const SweepOptions& with) {
        const auto result = run_sweep(*disk_, with);
        EXPECT_FALSE(result);
        EXPECT_EQ(runs(), 0U) << "something ran before it was refused";
        return result ? Error{} : result.error();
    }
    /// Values of the points in their order.
    [[nodiscard]] static std::vector<std::string> order(const SweepResult& result) {
        std::vector<std::string> out;
        for (std::size_t i = 0; i < result.points.size(); ++i) {
            const auto row = row_at(result, i);
            std::string text;
            for (const std::string& value : row->values)
                text += (text.empty() ? "" : " ") + value;
            out.push_back(text);
        }
        return out;
    }

  private:
    static BacktestResult made_up(double sharpe, const BacktestOptions& run) {
        BacktestResult result;
        Report& report = result.report;
        report.data_first = Timestamp{0};
        report.data_last = Timestamp{10 * kNsPerDay};
        report.equity_start = Decimal::from_int(100);
        for (const char* key : {"sharpe", "return", "max_drawdown"})
            report.statistics.push_back({.key = key, .value = sharpe});
        if (std::isnan(sharpe)) {
            for (Statistic& statistic : report.statistics)
                statistic.value = std::nullopt;
        }
        if (run.observer == nullptr) return result;
        engine::LiveView view;
        view.now = run.from.value_or(Timestamp{0}).plus_ns(kNsPerDay);
        view.equity["USD"] = *Decimal::parse(std::to_string(100 + sharpe));
        run.observer->on_sample(view);
        return result;
    }
};

}  // namespace tradectl::backtest
