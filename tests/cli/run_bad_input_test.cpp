// Whatever is wrong with the input of a run is refused by name, with the code that says whose fault
// it is, and before anything is sent.
#include "tests/cli/run_fixture.hpp"

#include <algorithm>
#include <filesystem>

namespace tradectl::cli {
namespace {

namespace fs = std::filesystem;

/// A config with one line wrong.
struct Wrong {
    std::string name;
    std::string from;  ///< text of the good config
    std::string to;
    int exit_status;
    std::vector<std::string> words;  ///< that the message must have
};

void PrintTo(const Wrong& wrong, std::ostream* out) {
    *out << wrong.name;
}

class BadConfig : public RunFixture, public testing::WithParamInterface<Wrong> {};

TEST_P(BadConfig, IsRefusedByName) {
    const Wrong& wrong = GetParam();
    std::string text = good_config();
    const auto at = text.find(wrong.from);
    ASSERT_NE(at, std::string::npos) << wrong.from;
    text.replace(at, wrong.from.size(), wrong.to);
    expect_refused(run_config(text), wrong.exit_status, wrong.words);
}

const std::vector<Wrong> kWrong = {
    {"UnknownKey", "seed: 7", "seed: 7\ncolor: red", 78, {"run.yaml:4:", "color", "unknown"}},
    {"MisspeltKey", "seed: 7", "sede: 7", 78, {"run.yaml:3:", "sede", "seed"}},
    {"DoubledKey", "seed: 7", "seed: 7\nseed: 8", 78, {"run.yaml:4:", "seed"}},
    {"WrongType", "seed: 7", "seed: many", 78, {"run.yaml:3:", "seed", "many"}},
    {"NegativeSeed", "seed: 7", "seed: -7", 78, {"run.yaml:3:", "seed", "-7"}},
    {"Alias", "seed: 7", "seed: &a 7\nspeed: *a", 78, {"run.yaml:", "anchor"}},
    {"MissingPlugin", "plugin: momentum", "plugin: momentun", 77, {"momentun", "plugins"}},
    {"SettingOutOfBounds", "lookback: 20", "lookback: 0", 78, {"strategies", "lookback", "0", "1"}},
    {"UnknownSetting", "lookback: 20", "look_back: 20", 78, {"look_back", "lookback"}},
    {"SettingOfTheWrongType", "lookback: 20", "lookback: soon", 78, {"lookback", "soon"}},
    {"UnknownInstrument",
     "instruments: [BTC-USD.x]",
     "instruments: [BTC-EUR.x]",
     78,
     {"BTC-EUR.x", "BTC-USD.x"}},
    {"DataOfAnUnknownInstrument",
     "data: [{instrument: BTC-USD.x",
     "data: [{instrument: ETH-USD.x",
     78,
     {"ETH-USD.x"}},
    {"DuplicateInstrument",
     "instruments: [{",
     "instruments: [{name: BTC-USD.x, base: BTC, quote: USD, tick: \"1\", lot: \"1\"}, {",
     78,
     {"BTC-USD.x"}},
    {"DuplicateExchange",
     "exchanges: [{",
     "exchanges: [{name: x, plugin: paper}, {",
     78,
     {"exchanges", "x"}},
    {"DuplicateStrategy",
     "strategies: [{",
     "strategies: [{name: m, exchange: x, plugin: momentum, instruments: [BTC-USD.x]}, {",
     78,
     {"strategies", "m"}},
    {"StrategyAsExchange", "plugin: paper", "plugin: momentum", 78, {"momentum", "strategy"}},
    {"NotADecimal", "tick: \"0.01\"", "tick: \"0.0.1\"", 78, {"tick", "0.0.1"}},
    {"NotANumber", "tick: \"0.01\"", "tick: NaN", 78, {"tick", "NaN"}},
    {"TickOfZero", "tick: \"0.01\"", "tick: \"0\"", 78, {"tick", "0"}},
    {"DecimalOverflow",
     "tick: \"0.01\"",
     "tick: \"999999999999999999999999999999\"",
     78,
     {"tick", "999999999999999999999999999999"}},
    {"NegativePrice", "price: \"100\"", "price: \"-100\"", 78, {"price", "-100"}},
    {"MissingFile", "synth: {price: \"100\", trades: 300}", "file: none.tdat", 74, {"none.tdat"}},
    {"LiveWithoutTheFlag", "mode: backtest", "mode: live", 64, {"--live"}},
    {"BacktestInRealTime",
     "mode: backtest",
     "mode: backtest\nclock: real",
     78,
     {"clock", "backtest"}},
};

INSTANTIATE_TEST_SUITE_P(Run, BadConfig, testing::ValuesIn(kWrong), [](const auto& test) {
    return test.param.name;
});

using RunBadInput = RunFixture;

TEST_F(RunBadInput, TheGoodConfigIsGood) {
    const ChildResult result = run_config(good_config());
    EXPECT_EQ(result.exit_status, 0) << result.err;
}

TEST_F(RunBadInput, AnAliasBombIsRefusedAtOnce) {
    std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 30; ++i) {
        const std::string last = "*a" + std::to_string(i - 1);
        bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last + ", " + last +
                ", " + last + "]\n";
    }
    expect_refused(run_config(bomb), 78, {"run.yaml:1:"});
}

TEST_F(RunBadInput, TheLiveFlagWithoutLiveModeIsAUsageError) {
    expect_refused(run_config(good_config(), {"--live"}), 64, {"--live", "backtest"});
}

TEST_F(RunBadInput, ALibraryThatIsNoPluginIsRefused) {
    expect_refused(run_with_plugin("zoo/not_a_plugin.so"), 78, {"not_a_plugin.so"});
}

TEST_F(RunBadInput, AnAbiThatIsTooNewOrTooOldIsRefused) {
    expect_refused(run_with_plugin("zoo/newer_host.so"), 78, {"newer_host.so", "9"});
    expect_refused(run_with_plugin("zoo/wrong_major.so"), 78, {"wrong_major.so", "7"});
}

TEST_F(RunBadInput, AMissingDependencyIsNamed) {
    expect_refused(run_with_plugin("zoo/missing_dependency.so"), 78, {"libzoo_dependency"});
}

TEST_F(RunBadInput, APluginThatOthersMayWriteIsRefused) {
    const std::string copy = folder_.file("momentum.so");
    fs::copy_file(TRADECTL_BINARY_DIR "/plugins/momentum.so", copy);
    fs::permissions(copy, fs::perms::group_write, fs::perm_options::add);
    expect_refused(run_config(good_config(), {"--plugin", copy}), 77, {copy, "group"});
}

TEST_F(RunBadInput, APluginThatIsADirectoryIsRefused) {
    fs::create_directory(folder_.file("momentum.so"));
    expect_refused(
        run_config(good_config(), {"--plugin", folder_.file("momentum.so")}), 77, {"momentum.so"});
}

TEST_F(RunBadInput, AStateDirectoryOfAnotherConfigIsRefused) {
    ASSERT_EQ(run_config(good_config(), {"--state-dir", folder_.file("state")}).exit_status, 0);
    std::string other = good_config();
    other.replace(other.find("name: run-test"), 14, "name: another");
    expect_refused(run_config(other, {"--state-dir", folder_.file("state")}),
                   78,
                   {folder_.file("state"), "run-test", "another"});
}

TEST_F(RunBadInput, AStateDirectoryInUseIs75) {
    fs::create_directory(folder_.file("state"));
    const FileLock lock(folder_.file("state/lock"));
    expect_refused(run_config(good_config(), {"--state-dir", folder_.file("state")}),
                   75,
                   {folder_.file("state"), "another instance"});
}

TEST_F(RunBadInput, AStateDirectoryThatCannotBeMadeIs77) {
    folder_.write("file", "");
    const ChildResult below_a_file =
        run_config(good_config(), {"--state-dir", folder_.file("file/state")});
    expect_refused(below_a_file, 77, {folder_.file("file")});
    const ChildResult in_proc = run_config(good_config(), {"--state-dir", "/proc/tradectl-test"});
    EXPECT_EQ(in_proc.exit_status, 77) << in_proc.err;
}

TEST_F(RunBadInput, AFileThatCannotGrowIs74) {
    // Room for the plugins, which are copied before they are opened, and not for a segment.
    std::string text = good_config();
    text.replace(text.find("segment: 64KiB"), 14, "segment: 256MiB");
    const std::string command =
        "trap '' XFSZ; ulimit -f 100000; exec " TRADECTL_BINARY_DIR "/bin/tradectl run " +
        folder_.write("run.yaml", text) + " --state-dir " + folder_.file("state");
    expect_refused(run_program_at("/bin/bash", {"-c", command}), 74, {folder_.file("state")});
}

TEST_F(RunBadInput, ATruncatedGzipIs65AndLeavesNothing) {
    const std::string good = folder_.write("rows.csv", many_rows());
    ASSERT_EQ(run_program_at("/bin/bash", {"-c", "gzip -k " + good}).exit_status, 0);
    const std::string bytes = read_text(good + ".gz");
    const std::string cut = folder_.write("cut.csv.gz", bytes.substr(0, bytes.size() / 2));
    expect_refused(import_file(cut), 65, {"cut.csv.gz"});
}

TEST_F(RunBadInput, AWrongHeaderOfADataFileIs65) {
    std::string text = good_config();
    const std::string from = "synth: {price: \"100\", trades: 300}";
    text.replace(
        text.find(from), from.size(), "file: " + folder_.write("bad.tdat", std::string(8192, 'x')));
    expect_refused(run_config(text), 65, {"bad.tdat"});
}

TEST_F(RunBadInput, ADamagedBlockOfADataFileIs65) {
    ASSERT_EQ(import_file(folder_.write("rows.csv", many_rows())).exit_status, 0);
    std::string bytes = read_text(folder_.file("out.tdat"));
    bytes[bytes.size() / 2] ^= 1;
    folder_.write("out.tdat", bytes);
    std::string text = good_config();
    const std::string from = "synth: {price: \"100\", trades: 300}";
    text.replace(text.find(from), from.size(), "file: " + folder_.file("out.tdat"));
    expect_refused(run_config(text), 65, {"out.tdat"});
}

TEST_F(RunBadInput, RowsThatMakeNoSenseAre65WithTheirLine) {
    const std::vector<std::pair<std::string, std::string>> rows = {
        {"3,0,1,1,1499865549592,True", "not above 0"},
        {"3,-4,1,1,1499865549592,True", "-4"},
        {"3,NaN,1,1,1499865549592,True", "NaN"},
        {"3,1e30,1,1,1499865549592,True", "1e30"},
        {"3,4,1,1,1499865549580,True", "time"},
        {"3,4,1", "fields"},
        {"3,4,1,1,soon,True", "soon"},
    };
    for (const auto& [row, word] : rows) {
        const std::string csv = folder_.write(
            "bad.csv", "1,4,12,48,1499865549590,True\n2,4,0.5,2,1499865549591,True\n" + row + "\n");
        expect_refused(import_file(csv), 65, {"bad.csv:3", word});
    }
}

TEST_F(RunBadInput, OrdersOverTheRateAreDeniedOnRecord) {
    std::string text = scripted_config("3 batch 5 1 100", "fill");
    text += "risk: {orders_per_second: 1, orders_burst: 2}\n";
    const ChildResult result = run_config(text, {"--json"});
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_NE(result.out.find("\"denied\":3"), std::string::npos) << result.out;
}

TEST_F(RunBadInput, APluginThatThrowsEndsTheRunWith70) {
    const ChildResult result = run_config(scripted_config("3 throw", "fill"));
    EXPECT_EQ(result.exit_status, 70) << result.err;
    EXPECT_NE(result.err.find("'s' faulted"), std::string::npos) << result.err;
}

TEST_F(RunBadInput, ACallThatNeverReturnsEndsTheRunWith70AndHaltsItsStrategy) {
    std::string text = zoo_config("never_returns");
    text.replace(text.find("mode: backtest"), 14, "mode: paper\nspeed: 1000000");
    const std::vector<std::string> state = {"--state-dir", folder_.file("state")};
    // The call would take a minute; the watchdog gives it a second.
    expect_refused(run_config(text, state), 70, {"did not return", "never_returns"});
    const std::string halt = read_text(folder_.file("state/halt"));
    EXPECT_NE(halt.find("strategy:never_returns"), std::string::npos) << halt;
    EXPECT_NE(halt.find("watchdog"), std::string::npos) << halt;
    EXPECT_EQ(std::count(halt.begin(), halt.end(), '\n'), 1) << "nothing else is halted: " << halt;
}

TEST_F(RunBadInput, APluginThatReturnsGarbageIsHarmless) {
    EXPECT_EQ(run_config(zoo_config("sends_garbage")).exit_status, 0);
    EXPECT_EQ(run_config(zoo_config("returns_an_error")).exit_status, 70);
    EXPECT_EQ(run_config(zoo_config("returns_a_positive_code")).exit_status, 70);
}

TEST_F(RunBadInput, AVenueThatCannotTellStopsTheStartWith3) {
    std::string text = scripted_config("3 buy 1 100", "unknown");
    text.replace(text.find("mode: backtest"), 14, "mode: paper\nspeed: 1000000");
    text += "shutdown: {orders: keep}\n";
    const std::vector<std::string> state = {"--state-dir", folder_.file("state")};
    EXPECT_EQ(run_config(text, state).exit_status, 3);
    text.replace(text.find("script: unknown"), 15, "script: fill, absent: unknown");
    expect_refused(run_config(text, state), 3, {"cannot tell"});
}

}  // namespace
}  // namespace tradectl::cli
