// Whole backtests: the paper exchange and momentum, from a config to a kept run.
#include "host/backtest/backtest.hpp"

#include "tests/host/backtest/backtest_fixture.hpp"

#include <algorithm>

namespace tradectl::backtest {
namespace {

class BacktestRun : public BacktestFixture {};

TEST_F(BacktestRun, KeepsEverythingUnderItsNameAndTime) {
    const auto result = run_well(busy_market(3000));
    EXPECT_EQ(result.path.rfind('/'), root().size() + 1 + result.report.name.size());
    const std::vector<std::string> expected{"config.yaml",
                                            "export.jsonl",
                                            "index.db",
                                            "report.html",
                                            "report.json",
                                            "report.txt",
                                            "trades.csv"};
    EXPECT_EQ(names(result.path), expected);
    std::printf("%s", text_of(result.path + "/report.txt").c_str());
}

}  // namespace
}  // namespace tradectl::backtest
