#include "host/backtest/sweep.hpp"

#include "tests/host/backtest/sweep_fixture.hpp"

#include <cmath>
#include <csignal>

#include <gtest/gtest.h>

namespace tradectl::backtest {
namespace {

using Texts = std::vector<std::string>;

Expected<double> distance_from_30(double lookback, double, const BacktestOptions&) {
    return -std::abs(lookback - 30);
}

using Sweep = SweepFixture;

TEST_F(Sweep, PutsPointsInOrderOfTheirRank) {
    const auto result = sweep_well(options({"lookback=10..50:10"}, distance_from_30));
    EXPECT_EQ(order(result), (Texts{"30", "20", "40", "10", "50"}));
    EXPECT_EQ(result.failed, 0U);
    EXPECT_EQ(result.points_total, 5U);
    EXPECT_EQ(result.axes[0].key, "strategies.m.settings.lookback");
}

TEST_F(Sweep, LessIsBetterWhereItIs) {
    SweepOptions with = options({"lookback=10..50:10"}, distance_from_30);
    with.rank = "max_drawdown";
    EXPECT_EQ(order(sweep_well(with)), (Texts{"10", "50", "20", "40", "30"}));
}

TEST_F(Sweep, FinishedPointsAreNotRunAgain) {
    const SweepOptions with = options({"lookback=10..50:10"}, distance_from_30);
    const Texts first = order(sweep_well(with));
    EXPECT_EQ(runs(), 5U);
    SweepOptions again = with;
    again.rank = "return";  // a sweep can be ranked in many ways
    const auto second = sweep_well(again);
    EXPECT_EQ(runs(), 0U);
    EXPECT_EQ(second.found_before, 5U);
    EXPECT_EQ(first, order(second));
}

TEST_F(Sweep, GoesOnWhereAnyStopLeftIt) {
    const SweepOptions with = options({"lookback=10..50:10"}, distance_from_30);
    static_cast<void>(sweep_well(with));
    static_cast<void>(runs());
    const std::string path = directory_.file("sweep/sweep.jsonl");
    const std::string whole = text_of(path);
    const auto lines = [](const std::string& text) {
        return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    };
    for (const std::size_t cut : {std::size_t{0},
                                  whole.find('\n') + 1,
                                  whole.find('\n') + 20,
                                  whole.size() / 2,
                                  whole.size() - 1}) {
        std::ofstream(path, std::ios::binary | std::ios::trunc) << whole.substr(0, cut);
        const std::size_t kept = lines(whole.substr(0, cut));
        const auto result = sweep_well(with);
        EXPECT_EQ(order(result), (Texts{"30", "20", "40", "10", "50"})) << cut;
        EXPECT_EQ(runs(), kept == 0 ? 5U : 6 - kept) << cut;
    }
}

TEST_F(Sweep, ASignalKeepsWhatIsDoneAndTheNextStartDoesTheRest) {
    const SweepOptions with = options({"lookback=10..50:10"}, distance_from_30);
    SweepOptions stopped = with;
    stopped.workers = 1;
    const pid_t parent = ::getpid();
    const auto fine = stopped.runner;
    stopped.runner = [&, fine](const config::Document& document, const BacktestOptions& run) {
        if (document.config.strategies[0].settings.find("lookback")->text == "30") {
            ::kill(parent, SIGINT);
            ::pause();  // until it is killed
        }
        return fine(document, run);
    };
    auto first = sweep_well(stopped);
    EXPECT_EQ(first.signal, SIGINT);
    EXPECT_EQ(first.points.size(), 2U);
    first.file.reset();  // gives up the lock
    EXPECT_EQ(runs(), 2U);
    const auto second = sweep_well(with);
    EXPECT_EQ(runs(), 3U);
    EXPECT_EQ(second.signal, 0);
    EXPECT_EQ(second.points.size(), 5U);
}

TEST_F(Sweep, AFailingPointIsKeptWithItsErrorAndStopsNobody) {
    const SweepOptions with = options({"lookback=10..50:10"},
                                      [](double lookback, double, const auto&) -> Expected<double> {
                                          if (lookback == 30)
                                              return fail(ErrorCode::Config, "thirty is refused");
                                          return lookback;
                                      });
    auto result = sweep_well(with);
    EXPECT_EQ(order(result), (Texts{"50", "40", "20", "10", "30"}));
    EXPECT_EQ(result.failed, 1U);
    EXPECT_EQ(result.first_error, "thirty is refused");
    EXPECT_EQ(row_at(result, 4)->error, "thirty is refused");
    EXPECT_EQ(runs(), 5U);
    result.file.reset();
    EXPECT_EQ(sweep_well(with).failed, 1U);
    EXPECT_EQ(runs(), 0U);
}

TEST_F(Sweep, ADeadProcessAndAFullDiskAreTriedAgain) {
    const std::string mark = directory_.file("second");
    const SweepOptions with = options(
        {"lookback=10..30:10"}, [mark](double lookback, double, const auto&) -> Expected<double> {
            const bool again = std::filesystem::exists(mark);
            if (lookback == 10 && !again) ::raise(SIGKILL);
            if (lookback == 20 && !again) return fail(ErrorCode::NoSpace, "full");
            return lookback;
        });
    auto first = sweep_well(with);
    EXPECT_EQ(first.failed, 2U);
    first.file.reset();
    EXPECT_EQ(first.first_error, "its process died: signal 9 (SIGKILL)");
    EXPECT_EQ(runs(), 3U);
    std::ofstream(mark) << "x";
    const auto second = sweep_well(with);
    EXPECT_EQ(second.failed, 0U);
    EXPECT_EQ(runs(), 2U);
    EXPECT_EQ(order(second), (Texts{"30", "20", "10"}));
}

TEST_F(Sweep, PointsWithoutTheStatisticStandBehindThoseWithIt) {
    const auto result =
        sweep_well(options({"lookback=10..30:10"}, [](double lookback, double, const auto&) {
            return Expected<double>(lookback == 10 ? std::nan("") : lookback);
        }));
    EXPECT_EQ(order(result), (Texts{"30", "20", "10"}));
    EXPECT_FALSE(row_at(result, 2)->rank);
}

TEST_F(Sweep, AStrategyByItsPlaceIsTheOneByItsName) {
    const auto by_place =
        sweep_well(options({"strategies.0.settings.lookback=5,6"}, distance_from_30));
    EXPECT_EQ(by_place.axes.front().key, "strategies.m.settings.lookback");
    EXPECT_EQ(runs(), 2U);
    const auto twice = options(
        {"strategies.0.settings.lookback=5", "strategies.m.settings.lookback=6"}, distance_from_30);
    EXPECT_NE(refusal(twice).message.find("twice"), std::string::npos);
}

TEST_F(Sweep, WhatIsWrongIsRefusedBeforeAnythingRuns) {
    const auto message = [&](std::vector<std::string> axes) {
        return refusal(options(std::move(axes), distance_from_30)).message;
    };
    EXPECT_NE(message({"lookbak=1..5:1"}).find("did you mean 'strategies.m.settings.lookback'"),
              std::string::npos);
    EXPECT_NE(message({"strategies.m.settings.lokback=1..5:1"}).find("settings.lookback'"),
              std::string::npos);
    EXPECT_NE(message({"nothing-like-it=1,2"}).find("no key 'nothing-like-it'"), std::string::npos);
    EXPECT_NE(message({"lookback=10,ten"}).find("ten"), std::string::npos);
    EXPECT_NE(message({"lookback=-5..5:1"}).find("-5"), std::string::npos);
    EXPECT_NE(message({"lookback=1.5..3:1"}).find("1.5"), std::string::npos);
    EXPECT_NE(message({"mode=live,paper"}).find("does not change a backtest"), std::string::npos);
    EXPECT_NE(message({"lookback=10,20", "strategies.m.settings.lookback=1,2"}).find("twice"),
              std::string::npos);
}

TEST_F(Sweep, RefusalsHaveTheCodeOfTheirKind) {
    EXPECT_EQ(refusal(options({"lookbak=1,2"}, distance_from_30)).code, ErrorCode::Config);
    EXPECT_EQ(refusal(options({"lookback=1,x"}, distance_from_30)).code, ErrorCode::Config);
    EXPECT_EQ(refusal(options({"lookback=1..5:0"}, distance_from_30)).code, ErrorCode::Usage);
    SweepOptions with = options({"lookback=10,20"}, distance_from_30);
    with.rank = "sharp";
    EXPECT_EQ(refusal(with).code, ErrorCode::Usage);
    EXPECT_NE(refusal(with).message.find("did you mean 'sharpe'?"), std::string::npos);
    with.rank = "sharpe";
    with.walk = "1d";
    EXPECT_EQ(refusal(with).code, ErrorCode::Usage);
    with.walk.reset();
    with.config_text = "name: [";
    EXPECT_EQ(refusal(with).code, ErrorCode::Config);
}

TEST_F(Sweep, TwoKeysMakeAMapOfTheBestOverTheOthers) {
    const auto result = sweep_well(options({"lookback=10,20", "hold_max=1s,2s,3s", "seed=1,2"},
                                           [](double lookback, double hold, const auto&) {
                                               return Expected<double>(lookback + hold);
                                           }));
    EXPECT_EQ(result.points.size(), 12U);
    const auto map = sweep_map(result);
    ASSERT_TRUE(map);
    ASSERT_EQ(map->cells.size(), 6U);
    EXPECT_EQ(*map->cells[0], 11);
    EXPECT_EQ(*map->cells[5], 23);
    EXPECT_EQ(map->best, 5U);
    EXPECT_EQ(map->low, 11);
    EXPECT_EQ(map->high, 23);
}

TEST_F(Sweep, OtherResultsInTheDirectoryAreLeftAlone) {
    static_cast<void>(sweep_well(options({"lookback=10,20"}, distance_from_30)));
    static_cast<void>(runs());
    EXPECT_EQ(refusal(options({"lookback=10,30"}, distance_from_30)).code, ErrorCode::BadState);
}

TEST_F(Sweep, LuckIsToldOfManySharpes) {
    const auto result = sweep_well(options({"lookback=10..50:10"}, distance_from_30));
    ASSERT_TRUE(result.luck);
    EXPECT_GT(*result.luck, 0);
    SweepOptions with = options({"lookback=10..50:10"}, distance_from_30);
    with.out_dir += "-by-return";
    with.rank = "return";
    EXPECT_FALSE(sweep_well(with).luck);
}

/// The best of each training is tested on what comes next; good lookbacks change over time.
Expected<double> drifting(double lookback, double, const BacktestOptions& run) {
    const double day = run.from ? static_cast<double>(run.from->ns()) / kNsPerDay : 0;
    return 10 - std::abs(lookback - 10 * (1 + std::floor(day / 4)));
}

TEST_F(Sweep, WalkForwardTestsTheBestOfEachTraining) {
    SweepOptions with = options({"lookback=10,20,30"}, drifting);
    with.walk = "4d:2d";
    auto result = sweep_well(with);
    ASSERT_TRUE(result.walk);
    const auto& steps = result.walk->steps;
    ASSERT_EQ(steps.size(), 4U);  // tests from days 4, 6, 8 and 10
    EXPECT_EQ(steps[0].values, Texts{"10"});
    EXPECT_EQ(*steps[0].train_rank, 10);
    EXPECT_EQ(*steps[0].test_rank, 0);  // day 4 wants 20
    EXPECT_EQ(steps[2].values, Texts{"20"});
    EXPECT_EQ(*steps[2].test_rank, 0);  // day 8 wants 30
    EXPECT_EQ(runs(), 1U + 4 * 3 + 4);
    // 100 -> 100 + rank in every test
    ASSERT_EQ(result.walk->equity.size(), 4U);
    EXPECT_NEAR(result.walk->equity.back().equity,
                1 * (1 + *steps[1].test_rank / 100) * (1 + *steps[3].test_rank / 100),
                1e-9);
    result.file.reset();
    EXPECT_EQ(sweep_well(with).found_before, 17U);
    EXPECT_EQ(runs(), 0U);
}

TEST_F(Sweep, AWindowWhoseTrainingsFailHasNoTest) {
    SweepOptions with = options({"lookback=10,20"}, [](double, double, const BacktestOptions& run) {
        if (run.from && run.until && *run.from == Timestamp{0})
            return Expected<double>(fail(ErrorCode::Config, "not in the first window"));
        return Expected<double>(1.0);
    });
    with.walk = "4d:4d";
    const auto result = sweep_well(with);
    ASSERT_TRUE(result.walk);
    ASSERT_EQ(result.walk->steps.size(), 2U);
    EXPECT_FALSE(result.walk->steps[0].point);
    EXPECT_EQ(result.walk->steps[0].error, "no point of the training has a sharpe");
    EXPECT_TRUE(result.walk->steps[1].point);
    EXPECT_EQ(result.failed, 2U);
    EXPECT_EQ(runs(), 1U + 4 + 1);
}

}  // namespace
}  // namespace tradectl::backtest
