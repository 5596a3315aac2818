// backtest --sweep, as a user has it.
#include "tests/cli/run_fixture.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace tradectl::cli {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

class BacktestSweep : public RunFixture {
  protected:
    ChildResult sweep_of(const std::string& text, const Words& more) {
        Words words = {"backtest", folder_.write("test.yaml", text), "--out", out_};
        words.insert(words.end(), more.begin(), more.end());
        return run_tradectl(words, {.environment = {{"XDG_DATA_HOME", folder_.file("data")}}});
    }
    ChildResult sweep(const Words& more) { return sweep_of(good_config(), more); }
    [[nodiscard]] std::size_t lines() const {
        const std::string text = read_text(out_ + "/sweep.jsonl");
        return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    }

    std::string out_ = folder_.file("sweep");
};

TEST_F(BacktestSweep, PrintsATableAndAMapAndWritesFiles) {
    const ChildResult result = sweep(
        {"--sweep", "lookback=10..30:10", "--sweep", "threshold=0.0005,0.001", "--rank", "return"});
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_NE(result.out.find("lookback  threshold "), std::string::npos) << result.out;
    EXPECT_NE(result.out.find("down, "), std::string::npos);
    EXPECT_NE(result.out.find("6 points were tried"), std::string::npos);
    EXPECT_NE(result.out.find("kept in " + out_), std::string::npos);
    EXPECT_EQ(lines(), 7U);
    const std::string csv = read_text(out_ + "/sweep.csv");
    EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 7);
    EXPECT_EQ(csv.rfind("place,point,strategies.m.settings.lookback,", 0), 0U) << csv;
    const std::string page = read_text(out_ + "/sweep.html");
    EXPECT_NE(page.find("<svg"), std::string::npos);
    EXPECT_EQ(page.find("<script"), std::string::npos);
}

TEST_F(BacktestSweep, APointIsTheRunWithThatValueSet) {
    const Json swept = sweep({"--sweep", "lookback=5,40", "--json"}).json();
    const auto& best = *swept.find("data")->find("best")->as_array();
    ASSERT_EQ(best.size(), 2U);
    for (const Json& point : best) {
        const std::string value = *(*point.find("values")->as_array())[0].as_text();
        const std::string set = "strategies.m.settings.lookback=" + value;
        const Json alone = run_tradectl({"backtest",
                                         folder_.file("test.yaml"),
                                         "--json",
                                         "--set",
                                         set,
                                         "--out",
                                         folder_.file("run-" + value)})
                               .json();
        ASSERT_FALSE(alone.is_null());
        for (const Json& statistic :
             *alone.find("data")->find("report")->find("statistics")->as_array()) {
            if (statistic.find_text("key") == "return") {
                EXPECT_EQ(*statistic.find("value"), *point.find("return")) << value;
            }
        }
    }
}

TEST_F(BacktestSweep, TheAnswerDoesNotDependOnTheWorkers) {
    const Words words = {"--sweep", "lookback=5..40:5", "--jobs"};
    Words one = words;
    one.emplace_back("1");
    ASSERT_EQ(sweep(one).exit_status, 0);
    const std::string first = read_text(out_ + "/sweep.csv");
    fs::remove_all(out_);
    Words many = words;
    many.emplace_back("4");
    ASSERT_EQ(sweep(many).exit_status, 0);
    EXPECT_EQ(read_text(out_ + "/sweep.csv"), first);
}

TEST_F(BacktestSweep, GoesOnAfterAKill) {
    const Words words = {"--sweep", "lookback=5..40:5"};
    ASSERT_EQ(sweep(words).exit_status, 0);
    const std::string table = read_text(out_ + "/sweep.csv");
    // As a kill in the middle of a write leaves it.
    const std::string whole = read_text(out_ + "/sweep.jsonl");
    std::ofstream(out_ + "/sweep.jsonl", std::ios::trunc) << whole.substr(0, whole.size() / 2);
    const ChildResult again = sweep(words);
    EXPECT_EQ(again.exit_status, 0) << again.err;
    EXPECT_NE(again.out.find("runs were there already"), std::string::npos) << again.out;
    EXPECT_EQ(read_text(out_ + "/sweep.csv"), table);
    EXPECT_EQ(lines(), 9U);
}

TEST_F(BacktestSweep, ASignalKeepsWhatIsThereAndLeavesNoProcess) {
    std::string text = good_config();
    const std::string trades = "trades: 300";
    text.replace(text.find(trades), trades.size(), "interval: 1s, trades: 100000000");
    const std::string config = folder_.write("test.yaml", text);
    const std::string tradectl = TRADECTL_BINARY_DIR "/bin/tradectl";
    for (const auto& [name, status] : {std::pair("INT", 130), std::pair("TERM", 143)}) {
        const ChildResult result = run_program_at(
            "/bin/bash",
            {"-c",
             "set -m; " + tradectl + " backtest " + config +
                 " --sweep lookback=5,6 --jobs 2 --out " + out_ + name +
                 " & sweep=$!; until [ $(pgrep -c -P $sweep) = 2 ] || ! kill -0 $sweep; do :; "
                 "done; " +
                 "children=$(pgrep -P $sweep); kill -" + name +
                 " $sweep; wait $sweep; status=$?; " +
                 "for child in $children; do [ -d /proc/$child ] && echo left $child; done; " +
                 "exit $status"});
        EXPECT_EQ(result.exit_status, status) << result.err;
        EXPECT_EQ(result.out.find("left"), std::string::npos) << result.out;
        EXPECT_NE(result.out.find("stopped by signal"), std::string::npos) << result.out;
    }
}

TEST_F(BacktestSweep, ChildrenDieWithAKilledParent) {
    std::string text = good_config();
    const std::string trades = "trades: 300";
    text.replace(text.find(trades), trades.size(), "interval: 1s, trades: 100000000");
    const std::string config = folder_.write("test.yaml", text);
    const ChildResult result = run_program_at(
        "/bin/bash",
        {"-c",
         TRADECTL_BINARY_DIR "/bin/tradectl backtest " + config +
             " --sweep lookback=5,6 --jobs 2 --out " + out_ +
             " & sweep=$!; until [ $(pgrep -c -P $sweep) = 2 ] || ! kill -0 $sweep; do :; done; "
             "children=$(pgrep -P $sweep); kill -KILL $sweep; wait $sweep; "
             "for child in $children; do while [ -d /proc/$child ]; do :; done; done; echo gone"});
    EXPECT_NE(result.out.find("gone"), std::string::npos);
}

TEST_F(BacktestSweep, SomeFailuresAreABadAnswerAndOnlyFailuresAFailure) {
    const std::string text = scripted_config("3 throw", "fill");
    const ChildResult all = sweep_of(text, {"--sweep", "seed=1,2"});
    EXPECT_EQ(all.exit_status, 1) << all.err;
    EXPECT_NE(all.err.find("2 runs failed"), std::string::npos) << all.err;
    EXPECT_NE(all.out.find("failed"), std::string::npos);
    fs::remove_all(out_);
    const ChildResult some =
        sweep_of(text, {"--sweep", "strategies.s.settings.steps=[\"3 throw\"],[]"});
    EXPECT_EQ(some.exit_status, 2) << some.err << some.out;
}

TEST_F(BacktestSweep, WhatIsWrongIsRefusedBeforeAnythingRuns) {
    const auto refuse = [&](const Words& words, int status, const Words& said) {
        expect_refused(sweep(words), status, said);
        EXPECT_FALSE(fs::exists(out_));
    };
    refuse({"--sweep", "lookbak=1,2"}, 78, {"lookbak", "did you mean", "lookback"});
    refuse({"--sweep", "strategies.m.settings.treshold=1,2"}, 78, {"threshold"});
    refuse({"--sweep", "lookback=1,two"}, 78, {"lookback", "two"});
    refuse({"--sweep", "lookback=0..5:1"}, 78, {"lookback", "0"});
    refuse({"--sweep", "lookback=1..5:0"}, 64, {"step"});
    refuse({"--sweep", "lookback=1..5"}, 64, {"A..B:STEP"});
    refuse({"--sweep", "lookback"}, 64, {"KEY="});
    refuse({"--sweep", "lookback=1..2000:1", "--sweep", "seed=1..1000:1"}, 64, {"1000000"});
    refuse({"--sweep", "lookback=1,2", "--rank", "sharp"}, 64, {"sharp", "sharpe"});
    refuse({"--sweep", "lookback=1,2", "--jobs", "0"}, 64, {"--jobs"});
    refuse({"--sweep", "lookback=1,2", "--limit", "0"}, 64, {"--limit"});
    refuse({"--sweep", "lookback=1,2", "--walk-forward", "1d"}, 64, {"TRAIN:TEST"});
}

TEST_F(BacktestSweep, DamageOthersAndLocksHaveTheirCodes) {
    const Words words = {"--sweep", "lookback=5,10"};
    ASSERT_EQ(sweep(words).exit_status, 0);
    {
        const FileLock lock(out_ + "/sweep.jsonl");
        expect_refused(sweep(words), 75, {"another sweep"});
    }
    expect_refused(sweep({"--sweep", "lookback=5,11"}), 1, {"another sweep's results"});
    const std::string whole = read_text(out_ + "/sweep.jsonl");
    std::ofstream(out_ + "/sweep.jsonl", std::ios::app) << "nonsense\n";
    expect_refused(sweep(words), 65, {"sweep.jsonl:4"});
    out_ = folder_.file(std::string(300, 'n'));
    EXPECT_EQ(sweep(words).exit_status, 74);
}

TEST_F(BacktestSweep, WalksForward) {
    const Words words = {"--sweep", "lookback=5,10,20", "--walk-forward", "10s:5s"};
    const ChildResult result = sweep(words);
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_NE(result.out.find("out of sample"), std::string::npos) << result.out;
    Words again = words;
    again.emplace_back("--json");
    const Json json = sweep(again).json();
    const Json* walk = json.find("data")->find("walk_forward");
    ASSERT_NE(walk, nullptr);
    EXPECT_FALSE(walk->find("windows")->as_array()->empty());
    EXPECT_FALSE(walk->find("statistics")->as_array()->empty());
    out_ = folder_.file("other");
    expect_refused(sweep({"--sweep", "lookback=5,10", "--walk-forward", "10d:5d"}),
                   64,
                   {"not longer than a training of 10d"});
}

}  // namespace
}  // namespace tradectl::cli
