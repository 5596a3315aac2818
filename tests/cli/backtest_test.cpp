// backtest and its kept runs, as a user has them.
#include "tests/cli/run_fixture.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>

namespace tradectl::cli {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

class Backtest : public RunFixture {
  protected:
    ChildResult backtest(const Words& more) {
        Words words = {"backtest"};
        words.insert(words.end(), more.begin(), more.end());
        return run_tradectl(words, {.environment = {{"XDG_DATA_HOME", folder_.file("data")}}});
    }
    /// `backtest CONFIG` of that text, with more words behind.
    ChildResult backtest_of(const std::string& text, const Words& more = {}) {
        Words words = {folder_.write("test.yaml", text)};
        words.insert(words.end(), more.begin(), more.end());
        return backtest(words);
    }
    /// A config whose market is long enough to be interrupted.
    [[nodiscard]] static std::string endless_config() {
        std::string text = good_config();
        const std::string trades = "trades: 300";
        text.replace(text.find(trades), trades.size(), "interval: 1s");
        return text;
    }
    /// Runs a program of the shell with TRADECTL and CONFIG set.
    ChildResult shell(const std::string& script) {
        return run_program_at("/bin/bash",
                              {"-c", script},
                              {.environment = {{"XDG_DATA_HOME", folder_.file("data")},
                                               {"TRADECTL", TRADECTL_BINARY_DIR "/bin/tradectl"},
                                               {"CONFIG", folder_.file("test.yaml")}}});
    }
    [[nodiscard]] std::vector<std::string> stamps() const {
        std::vector<std::string> out;
        for (const auto& entry :
             fs::directory_iterator(folder_.file("data/tradectl/runs/run-test")))
            out.push_back(entry.path().filename());
        std::sort(out.begin(), out.end());
        return out;
    }
    [[nodiscard]] std::string run_path(const std::string& stamp) const {
        return folder_.file("data/tradectl/runs/run-test/" + stamp);
    }
};

TEST_F(Backtest, PrintsAReportAndKeepsTheRun) {
    const ChildResult result = backtest_of(good_config());
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_NE(result.out.find("Sharpe"), std::string::npos) << result.out;
    ASSERT_EQ(stamps().size(), 1U);
    EXPECT_NE(result.out.find("kept in " + run_path(stamps()[0])), std::string::npos) << result.out;
    for (const char* name : {"report.json",
                             "report.txt",
                             "report.html",
                             "trades.csv",
                             "export.jsonl",
                             "config.yaml",
                             "index.db"}) {
        EXPECT_TRUE(fs::exists(run_path(stamps()[0]) + "/" + name)) << name;
    }
    EXPECT_FALSE(fs::exists(folder_.file("state")));
}

TEST_F(Backtest, OneDocumentSaysTheSame) {
    const Json json = backtest_of(good_config(), {"--json"}).json();
    const Json* data = json.find("data");
    ASSERT_NE(data, nullptr);
    EXPECT_EQ(json.find_text("command"), "backtest");
    EXPECT_EQ(data->find("report")->find_text("name"), "run-test");
    EXPECT_EQ(data->find_text("path"), run_path(stamps()[0]));
}

TEST_F(Backtest, WorksWhateverTheModeAndLeavesTheStateAlone) {
    std::string text = good_config();
    text.replace(text.find("mode: backtest"), 14, "mode: live");
    EXPECT_EQ(backtest_of(text, {"--state-dir", folder_.file("state")}).exit_status, 0);
    EXPECT_FALSE(fs::exists(folder_.file("state")));
}

TEST_F(Backtest, OutIsTheRunItself) {
    const std::string out = folder_.file("mine");
    EXPECT_EQ(backtest_of(good_config(), {"--out", out}).exit_status, 0);
    EXPECT_TRUE(fs::exists(out + "/report.json"));
    EXPECT_FALSE(fs::exists(folder_.file("data/tradectl/runs")));
    const ChildResult again = backtest_of(good_config(), {"--out", out});
    EXPECT_EQ(again.exit_status, 1);
    EXPECT_NE(again.err.find(out), std::string::npos) << again.err;
    EXPECT_EQ(backtest({"show", out}).exit_status, 0);
}

TEST_F(Backtest, FromAndUntilCutTheData) {
    const auto events = [&](const Words& more) {
        Words words = more;
        words.emplace_back("--json");
        return *backtest_of(good_config(), words)
                    .json()
                    .find("data")
                    ->find("market_events")
                    ->as_integer();
    };
    const auto all = events({});
    const auto part = events({"--from", "2026-01-01T00:00:05Z", "--until", "2026-01-01T00:00:15Z"});
    EXPECT_GT(part, 0);
    EXPECT_LT(part, all);
}

TEST_F(Backtest, RunWithThatModeReportsTheSame) {
    const ChildResult result = run_config(good_config());
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_NE(result.out.find("Sharpe"), std::string::npos);
    ASSERT_EQ(stamps().size(), 1U);
    const ChildResult second = backtest_of(good_config());
    ASSERT_EQ(stamps().size(), 2U);
    EXPECT_EQ(read_text(run_path(stamps()[0]) + "/export.jsonl"),
              read_text(run_path(stamps()[1]) + "/export.jsonl"));
}

TEST_F(Backtest, RunWithoutAPlaceWarnsAndBacktestRefuses) {
    folder_.write("test.yaml", good_config());
    const auto homeless = [&](const std::string& words) {
        return shell("env -u HOME -u XDG_DATA_HOME \"$TRADECTL\" " + words);
    };
    const ChildResult run = homeless("run \"$CONFIG\"");
    EXPECT_EQ(run.exit_status, 0) << run.err;
    EXPECT_NE(run.err.find("not kept"), std::string::npos) << run.err;
    EXPECT_EQ(homeless("backtest \"$CONFIG\"").exit_status, 77);
    EXPECT_EQ(homeless("backtest \"$CONFIG\" --sweep lookback=5,6").exit_status, 77);
    EXPECT_EQ(homeless("backtest list").exit_status, 77);
}

TEST_F(Backtest, BadInputHasTheCodeOfItsKind) {
    EXPECT_EQ(backtest({}).exit_status, 64);
    EXPECT_EQ(backtest_of(good_config(), {"extra"}).exit_status, 64);
    expect_refused(backtest_of(good_config(), {"--from", "soon"}), 64, {"--from", "soon"});
    expect_refused(backtest_of(good_config(), {"--from", "2026-01-02", "--until", "2026-01-01"}),
                   64,
                   {"--from"});
    expect_refused(backtest_of(good_config(), {"--sample", "0s"}), 64, {"--sample"});
    expect_refused(backtest_of(good_config(), {"--jobs", "2"}), 64, {"--sweep"});
    expect_refused(backtest_of("name: ["), 78, {"test.yaml"});
    expect_refused(backtest({folder_.file("none.yaml")}), 78, {"none.yaml"});
    folder_.write("test.yaml", good_config());
    const ChildResult full = shell("trap '' XFSZ; ulimit -f 8; \"$TRADECTL\" backtest \"$CONFIG\"");
    EXPECT_EQ(full.exit_status, 74) << full.err << full.out;
    EXPECT_NE(backtest({"list"}).out.find("no run is kept"), std::string::npos);
}

TEST_F(Backtest, FaultsAndDamageHaveTheirCodes) {
    EXPECT_EQ(backtest_of(scripted_config("3 throw", "fill")).exit_status, 70);
    std::string text = good_config();
    const auto from = text.find("synth:");
    text.replace(from, text.find('}', from) + 1 - from, "file: " + folder_.write("bad.tdat", "x"));
    expect_refused(backtest_of(text), 65, {"bad.tdat"});
}

TEST_F(Backtest, ASignalEndsItWithItsOwnCodeAndKeepsWhatItHas) {
    folder_.write("test.yaml", endless_config());
    for (const auto& [name, status] : {std::pair("INT", 130), std::pair("TERM", 143)}) {
        const ChildResult result = shell(
            "set -m; \"$TRADECTL\" backtest \"$CONFIG\" --out $XDG_DATA_HOME/" + std::string(name) +
            " & until [ -n \"$(find $XDG_DATA_HOME -path '*scratch/*' 2>/dev/null)\" ]; do :; "
            "done; kill -" +
            name + " $!; wait $!");
        EXPECT_EQ(result.exit_status, status) << result.err;
        EXPECT_NE(result.out.find("stopped by signal"), std::string::npos) << result.out;
    }
}

TEST_F(Backtest, DataWithoutAnEndAreNamedUnlessSomethingEndsThem) {
    const std::string until = "2026-01-01T00:00:10Z";
    const ChildResult ends = backtest_of(endless_config(), {"--until", until});
    EXPECT_EQ(ends.exit_status, 0) << ends.err;
    EXPECT_EQ(ends.err.find("never end"), std::string::npos) << ends.err;
    const ChildResult sweep = backtest_of(endless_config(), {"--sweep", "lookback=5"});
    EXPECT_EQ(sweep.exit_status, 1);
    EXPECT_NE(sweep.err.find("never end: set trades at its synth, or --until"), std::string::npos)
        << sweep.err;
    folder_.write("test.yaml", endless_config());
    const ChildResult warned = shell("timeout -s INT 5 \"$TRADECTL\" backtest \"$CONFIG\"");
    EXPECT_NE(warned.err.find("never end"), std::string::npos) << warned.err;
}

TEST_F(Backtest, ListTellsOfAllRunsDamagedOnesToo) {
    EXPECT_NE(backtest({"list"}).out.find("no run is kept"), std::string::npos);
    ASSERT_EQ(backtest_of(good_config()).exit_status, 0);
    ASSERT_EQ(backtest_of(good_config()).exit_status, 0);
    const auto all = stamps();
    ASSERT_EQ(all.size(), 2U);
    std::ofstream(run_path(all[0]) + "/report.json", std::ios::trunc) << "{";
    const ChildResult result = backtest({"list", "run-test"});
    EXPECT_EQ(result.exit_status, 0) << result.err;
    for (const std::string& stamp : all)
        EXPECT_NE(result.out.find("run-test/" + stamp), std::string::npos) << result.out;
    EXPECT_NE(result.out.find("damaged"), std::string::npos);
    EXPECT_NE(result.err.find("damaged"), std::string::npos);
    const Json json = backtest({"list", "--json"}).json();
    EXPECT_EQ(json.find("data")->find("runs")->as_array()->size(), 2U);
    EXPECT_EQ(backtest({"list", "other"}).exit_status, 0);
    EXPECT_EQ(backtest({"list", "a", "b"}).exit_status, 64);
}

TEST_F(Backtest, ShowRepeatsTheReport) {
    const ChildResult first = backtest_of(good_config());
    const ChildResult shown = backtest({"show", "run-test"});
    EXPECT_EQ(shown.exit_status, 0) << shown.err;
    EXPECT_EQ(shown.out, first.out);
    EXPECT_EQ(backtest({"show"}).exit_status, 64);
    expect_refused(backtest({"show", "other"}), 77, {"other"});
    std::ofstream(run_path(stamps()[0]) + "/report.json", std::ios::trunc) << "{";
    expect_refused(backtest({"show", "run-test"}), 65, {"report.json"});
}

TEST_F(Backtest, CompareNamesWhatDiffers) {
    ASSERT_EQ(backtest_of(good_config()).exit_status, 0);
    ASSERT_EQ(backtest_of(good_config(), {"--set", "strategies.m.settings.lookback=5"}).exit_status,
              0);
    const auto all = stamps();
    const Words runs = {"compare", "run-test/" + all[0], "run-test/" + all[1]};
    const ChildResult result = backtest(runs);
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_NE(result.out.find("lookback"), std::string::npos) << result.out;
    expect_refused(backtest({"compare", "run-test"}), 64, {"OTHER"});
    expect_refused(backtest({"compare", "run-test", "other"}), 77, {"other"});
    std::ofstream(run_path(all[1]) + "/report.json", std::ios::trunc) << "{";
    EXPECT_EQ(backtest(runs).exit_status, 65);
}

TEST_F(Backtest, AtAnswersFromTheIndex) {
    ASSERT_EQ(backtest_of(good_config()).exit_status, 0);
    const ChildResult result = backtest({"at", "run-test", "2026-01-01T00:00:20Z"});
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_NE(result.out.find("USD"), std::string::npos) << result.out;
    const Json json = backtest({"at", "run-test", "2026-01-01T00:00:20Z", "--json"}).json();
    EXPECT_EQ(json.find_text("command"), "backtest at");
    EXPECT_NE(json.find("data")->find("balances"), nullptr);
    expect_refused(backtest({"at", "run-test", "soon"}), 64, {"soon"});
    expect_refused(backtest({"at", "run-test", "2020-01-01"}), 64, {"2020-01-01"});
    expect_refused(
        backtest({"at", "run-test", "2026-01-01T00:00:20Z", "--fills", "-1"}), 64, {"-1"});
    expect_refused(backtest({"at", "other", "2026-01-01"}), 77, {"other"});
    std::ofstream(run_path(stamps()[0]) + "/index.db", std::ios::trunc) << "x";
    EXPECT_EQ(backtest({"at", "run-test", "2026-01-01T00:00:20Z"}).exit_status, 65);
}

TEST_F(Backtest, CommandsGoBeforeAFileOfTheirName) {
    folder_.write("list", good_config());
    const ChildResult command = shell("cd " + folder_.path() + " && \"$TRADECTL\" backtest list");
    EXPECT_NE(command.out.find("no run is kept"), std::string::npos) << command.out;
    const ChildResult file = shell("cd " + folder_.path() + " && \"$TRADECTL\" backtest ./list");
    EXPECT_NE(file.out.find("Sharpe"), std::string::npos) << file.out << file.err;
}

TEST_F(Backtest, WordsAndOptionsOfOneCommandAreNotForAnother) {
    const std::string config = folder_.write("test.yaml", good_config());
    expect_refused(backtest({config, "list"}), 64, {"unexpected argument", "test.yaml"});
    expect_refused(backtest({"--out", "x", "list"}), 64, {"--out"});
    expect_refused(backtest({"list", "--out", "x"}), 64, {"--out"});
}

}  // namespace
}  // namespace tradectl::cli
