// The commands on a state directory, through the binary, on what simulated runs left.
#include "tests/cli/child.hpp"

#include <algorithm>
#include <filesystem>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace tradectl::cli {
namespace {

constexpr const char* kDemo = TRADECTL_SOURCE_DIR "/configs/demo.yaml";

std::int64_t lines_in(const std::string& text) {
    return std::count(text.begin(), text.end(), '\n');
}

class StateCommands : public testing::Test {
  protected:
    /// One run that trades, and one whose every order is denied, for all tests.
    static void SetUpTestSuite() {
        folder_ = std::make_unique<TemporaryFolder>();
        run("traded", {});
        run("denied", {"--set", "risk.order_notional_max=100"});
    }
    static void TearDownTestSuite() { folder_.reset(); }

    static void run(const std::string& name, std::vector<std::string> more) {
        more.insert(more.begin(),
                    {"run",
                     kDemo,
                     "--state-dir",
                     folder_->file(name),
                     "--set",
                     "clock=simulated",
                     "--set",
                     "data.0.synth.trades=1500"});
        const ChildResult result = run_tradectl(more);
        ASSERT_EQ(result.exit_status, 0) << result.err;
    }

    /// The command on the demo's config with a state directory.
    static ChildResult on(const std::string& name,
                          std::vector<std::string> words,
                          const std::vector<std::string>& more = {}) {
        words.insert(words.end(),
                     {"-c", kDemo, "--state-dir", folder_->file(name), "--set", "clock=simulated"});
        words.insert(words.end(), more.begin(), more.end());
        return run_tradectl(words);
    }
    static Json data(const std::string& name, std::vector<std::string> words) {
        words.emplace_back("--json");
        const Json document = on(name, std::move(words)).json();
        return *document.find("data");
    }
    /// A state directory of the test's own, as a copy.
    static void copy(const std::string& name) {
        std::filesystem::copy(
            folder_->file("traded"), folder_->file(name), std::filesystem::copy_options::recursive);
    }

    inline static std::unique_ptr<TemporaryFolder> folder_;
};

TEST_F(StateCommands, OrdersOfAllFormsAreTheSame) {
    const Json orders = data("traded", {"orders"});
    const auto& rows = *orders.find("orders")->as_array();
    ASSERT_GT(rows.size(), 4U);
    EXPECT_EQ(rows[0].find_text("side"), "buy");
    EXPECT_EQ(rows[0].find_text("status"), "filled");
    EXPECT_EQ(rows[0].find_text("quantity"), rows[0].find_text("filled"));
    const auto count = static_cast<std::int64_t>(rows.size());
    EXPECT_EQ(lines_in(on("traded", {"orders"}).out), count + 1);
    const std::string csv = on("traded", {"orders", "--csv"}).out;
    EXPECT_EQ(lines_in(csv), count + 1);
    EXPECT_EQ(csv.substr(0, 31), "created,strategy,venue,account,");
}

TEST_F(StateCommands, FiltersChooseRows) {
    const Json all = data("traded", {"fills"});
    const auto& rows = *all.find("fills")->as_array();
    const std::string third(*rows[2].find_text("time"));
    const auto count = [&](std::vector<std::string> words) {
        words.insert(words.begin(), "fills");
        return data("traded", words).find("fills")->as_array()->size();
    };
    EXPECT_EQ(count({"--since", third}), rows.size() - 2);
    EXPECT_EQ(count({"--since", "2026-01-02"}), 0U);
    EXPECT_EQ(count({"--limit", "2"}), 2U);
    EXPECT_EQ(count({"--strategy", "nosuch"}), 0U);
    EXPECT_EQ(count({"--strategy", "momentum", "--instrument", "BTC-USD.paper"}), rows.size());
    EXPECT_EQ(count({"--instrument", "BTC"}), 0U);
}

TEST_F(StateCommands, DeniedOrdersHaveReasonValueAndLimit) {
    const Json answer = data("denied", {"orders", "--denied"});
    const auto& rows = *answer.find("denied")->as_array();
    ASSERT_FALSE(rows.empty());
    EXPECT_EQ(rows[0].find_text("limit"), "100");
    EXPECT_NE(rows[0].find_text("reason"), "none");
    EXPECT_EQ(rows[0].find_text("value")->substr(0, 2), "49");
    EXPECT_EQ(on("denied", {"orders"}).out, "no order\n");
    EXPECT_EQ(on("traded", {"orders", "--denied"}).out, "no denied order\n");
    EXPECT_EQ(on("traded", {"orders", "--open"}).out, "no open order\n");
}

TEST_F(StateCommands, PositionsShowWhatIsOpen) {
    const Json answer = data("traded", {"positions", "--open"});
    const auto& rows = *answer.find("positions")->as_array();
    ASSERT_EQ(rows.size(), 1U);
    const Json balances = data("traded", {"balance"});
    EXPECT_EQ(rows[0].find_text("quantity"),
              balances.find("balances")->as_array()->front().find_text("total"));
    EXPECT_EQ(on("traded", {"positions", "--since", "2027-01-01"}).out, "no position\n");
}

TEST_F(StateCommands, BalanceLaysTheLedgerBesideTheVenue) {
    const ChildResult text = on("traded", {"balance"});
    EXPECT_EQ(text.exit_status, 0) << text.err;
    EXPECT_EQ(lines_in(text.out), 3);
    const Json answer = data("traded", {"balance"});
    EXPECT_EQ(answer.find("drifts")->as_integer(), 0);
    EXPECT_EQ(answer.find("run_lives")->as_boolean(), false);
    for (const Json& row : *answer.find("balances")->as_array()) {
        EXPECT_EQ(row.find_text("total"), row.find_text("ledger"));
        EXPECT_EQ(row.find_text("drift"), "0");
    }
}

TEST_F(StateCommands, ADriftIsExitStatus2) {
    copy("drifted");
    std::filesystem::remove_all(folder_->file("drifted/plugins"));
    const ChildResult result = on("drifted", {"balance"});
    EXPECT_EQ(result.exit_status, 2);
    EXPECT_NE(result.err.find("2 of 2 totals differ"), std::string::npos) << result.err;
    EXPECT_FALSE(std::filesystem::exists(folder_->file("drifted/plugins")));  // only asked
}

TEST_F(StateCommands, AskingChangesNoFile) {
    copy("asked");
    const std::string kv = folder_->file("asked/plugins/paper/kv.db");
    const std::string before = read_text(kv) + read_text(folder_->file("asked/ledger.db"));
    for (const char* command : {"balance", "orders", "fills", "positions"})
        EXPECT_EQ(on("asked", {command, "-q"}).out, "");
    EXPECT_EQ(read_text(kv) + read_text(folder_->file("asked/ledger.db")), before);
}

TEST_F(StateCommands, AVenueThatCannotBeAskedIs69) {
    copy("damaged");
    folder_->write("damaged/plugins/paper/kv.db", std::string(8192, 'x'));
    const ChildResult result = on("damaged", {"balance"});
    EXPECT_EQ(result.exit_status, 69) << result.err;
}

TEST_F(StateCommands, WithoutStateEachIs77AndSaysWhatToDo) {
    const std::vector<std::vector<std::string>> commands = {{"balance"},
                                                            {"orders"},
                                                            {"fills"},
                                                            {"positions"},
                                                            {"halt"},
                                                            {"resume"},
                                                            {"state", "reset", "--confirm=demo"}};
    for (const auto& command : commands) {
        const ChildResult result = on("nowhere", command);
        EXPECT_EQ(result.exit_status, 77) << command[0];
        EXPECT_EQ(result.err,
                  "tradectl: no state in " + folder_->file("nowhere") +
                      ": run `tradectl run CONFIG` first\n");
    }
    EXPECT_FALSE(std::filesystem::exists(folder_->file("nowhere")));
}

TEST_F(StateCommands, ADamagedLedgerIs65) {
    copy("corrupt");
    folder_->write("corrupt/ledger.db", std::string(8192, 'x'));
    for (const char* command : {"balance", "orders", "fills", "positions"})
        EXPECT_EQ(on("corrupt", {command}).exit_status, 65) << command;
}

TEST_F(StateCommands, TheStateOfAnotherConfigIs78) {
    for (const char* command : {"balance", "orders", "halt"})
        EXPECT_EQ(on("traded", {command}, {"--set", "name=other"}).exit_status, 78) << command;
}

TEST_F(StateCommands, UsageErrorsAre64) {
    const std::vector<std::vector<std::string>> wrong = {{"orders", "--since", "yesterday"},
                                                         {"orders", "--open", "--denied"},
                                                         {"orders", "--limit", "0"},
                                                         {"fills", "--limit", "x"},
                                                         {"fills", "--csv", "--json"},
                                                         {"balance", "--csv", "--json"},
                                                         {"halt", "--scope", "strategy:nosuch"},
                                                         {"resume", "--scope", "some"},
                                                         {"state", "reset"},
                                                         {"state", "reset", "--confirm=dem"}};
    for (const auto& words : wrong)
        EXPECT_EQ(on("traded", words).exit_status, 64) << words[0] << " " << words[1];
}

TEST_F(StateCommands, ResetStartsAnew) {
    copy("reset");
    ASSERT_EQ(on("reset", {"halt", "--reason", "look"}).exit_status, 0);
    const ChildResult result = on("reset", {"state", "reset", "--confirm=demo"});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    EXPECT_NE(result.err.find("still halted"), std::string::npos) << result.err;
    EXPECT_EQ(on("reset", {"orders"}).exit_status, 77);
    EXPECT_EQ(on("reset", {"resume"}).out, "resumed: all\n");
    run("reset", {});
    EXPECT_EQ(on("reset", {"orders", "--csv"}).out, on("traded", {"orders", "--csv"}).out);
}

TEST_F(StateCommands, ResetOfALiveConfigIs64) {
    copy("live");
    const ChildResult result = on("live",
                                  {"state", "reset", "--confirm=demo"},
                                  {"--set", "mode=live", "--set", "clock=real"});
    EXPECT_EQ(result.exit_status, 64) << result.err;
    EXPECT_TRUE(std::filesystem::exists(folder_->file("live/ledger.db")));
}

TEST_F(StateCommands, BesideAHolderResetIs75AndReadersWork) {
    copy("held");
    const int fd = ::open(folder_->file("held/lock").c_str(), O_RDWR | O_CLOEXEC);
    struct flock range {};
    range.l_type = F_WRLCK;
    range.l_len = 2;
    ASSERT_EQ(::fcntl(fd, F_OFD_SETLK, &range), 0);
    EXPECT_EQ(on("held", {"state", "reset", "--confirm=demo"}).exit_status, 75);
    EXPECT_TRUE(std::filesystem::exists(folder_->file("held/ledger.db")));
    EXPECT_EQ(on("held", {"orders"}).exit_status, 0);
    EXPECT_EQ(data("held", {"balance"}).find("run_lives")->as_boolean(), true);
    EXPECT_NE(on("held", {"halt"}).out.find("a run is alive"), std::string::npos);
    std::filesystem::remove_all(folder_->file("held/plugins"));
    const ChildResult drift = on("held", {"balance"});
    EXPECT_EQ(drift.exit_status, 3);
    EXPECT_NE(drift.err.find("may be in flight"), std::string::npos) << drift.err;
    ::close(fd);
}

TEST_F(StateCommands, HaltAndResumeSayWhatHolds) {
    copy("halted");
    EXPECT_EQ(on("halted", {"halt"}).out, "halted: all\n");
    EXPECT_EQ(on("halted", {"halt"}).out, "halted already: all\n");
    const Json answer = data("halted", {"halt", "--scope", "strategy:momentum"});
    EXPECT_EQ(answer.find("changed")->as_boolean(), true);
    EXPECT_EQ(answer.find("halts")->as_array()->size(), 2U);
    const std::string out = on("halted", {"resume"}).out;
    EXPECT_NE(out.find("still halted: strategy:momentum since "), std::string::npos) << out;
    EXPECT_EQ(on("halted", {"resume", "--scope", "strategy:momentum", "-q"}).out, "");
    EXPECT_EQ(on("halted", {"resume"}).out, "was not halted: all\n");
    folder_->write("halted/halt", "nonsense\n");
    EXPECT_EQ(on("halted", {"halt"}).exit_status, 65);
    EXPECT_EQ(on("halted", {"resume"}).exit_status, 65);
}

TEST_F(StateCommands, ReduceOnlyIsTheMilderHalt) {
    copy("mild");
    EXPECT_EQ(on("mild", {"halt", "--reduce-only"}).out, "reduce-only: all\n");
    EXPECT_EQ(on("mild", {"halt", "--reduce-only"}).out, "reduce-only already: all\n");
    EXPECT_EQ(on("mild", {"halt"}).out, "halted: all\n");
    const std::string out = on("mild", {"halt", "--reduce-only"}).out;
    EXPECT_NE(out.find("still halted: all since "), std::string::npos) << out;
    EXPECT_EQ(data("mild", {"halt"}).find("halts")->as_array()->at(0).find_text("state"), "halted");
}

TEST_F(StateCommands, ResumeClosesABreakerAndNamesWhatStaysOpen) {
    copy("open");
    folder_->write("open/breaker",
                   "all\t2026-01-01T00:00:00Z\thost\tlost too much\tloss\n"
                   "strategy:momentum\t2026-01-01T00:00:00Z\thost\t5 failed\terrors\n");
    const std::string out = on("open", {"resume", "--breaker", "all", "--reason", "seen"}).out;
    EXPECT_EQ(out,
              "breaker closed: all\nbreaker open: strategy:momentum since "
              "2026-01-01T00:00:00.000000000Z by "
              "host: 5 failed\n");
    EXPECT_EQ(on("open", {"resume", "--breaker", "exchange:x"}).out.find("breaker was not open"),
              0U);
    EXPECT_EQ(data("open", {"halt"}).find("breakers")->as_array()->size(), 1U);
}

TEST(CmdPlugin, ListNamesWhatTheBuildMade) {
    const ChildResult text = run_tradectl({"plugin", "list"});
    EXPECT_EQ(text.exit_status, 0);
    EXPECT_NE(text.out.find("\nmomentum "), std::string::npos) << text.out;
    const Json document = run_tradectl({"plugin", "list", "--json"}).json();
    EXPECT_GE(document.find("data")->find("plugins")->as_array()->size(), 2U);
}

TEST(CmdPlugin, InfoExplainsEachSetting) {
    const ChildResult result = run_tradectl({"plugin", "info", "momentum"});
    EXPECT_EQ(result.exit_status, 0);
    EXPECT_NE(result.out.find("integer   100      1..65536"), std::string::npos) << result.out;
    EXPECT_NE(result.out.find("trades | bars"), std::string::npos);
    const Json document = run_tradectl({"plugin", "info", "momentum", "--json"}).json();
    EXPECT_EQ(document.find("data")->find("plugin")->find_text("kind"), "strategy");
}

TEST(CmdPlugin, RefusedFilesAreListedWithTheReasonAndInfoIs78) {
    const TemporaryFolder folder;
    const std::string path = folder.write("fake.so", "no plugin");
    const ChildResult list = run_tradectl({"plugin", "list", "--plugin", path});
    EXPECT_EQ(list.exit_status, 0);
    EXPECT_NE(list.out.find("refused: "), std::string::npos) << list.out;
    const ChildResult info = run_tradectl({"plugin", "info", path});
    EXPECT_EQ(info.exit_status, 78);
    EXPECT_NE(info.err.find("refused: " + path), std::string::npos) << info.err;
    EXPECT_NE(info.out.find("sha256"), std::string::npos);
    EXPECT_EQ(run_tradectl({"plugin", "info", "nosuch"}).exit_status, 78);
    EXPECT_EQ(run_tradectl({"plugin", "info", folder.file("absent.so")}).exit_status, 78);
}

TEST(CmdPlugin, AConfigAddsItsOwnFolders) {
    const TemporaryFolder folder;
    folder.write("mine.so", "no plugin");
    const std::string set = "plugins.paths=[" + folder.path() + "]";
    const ChildResult list = run_tradectl({"plugin", "list", "-c", kDemo, "--set", set});
    EXPECT_NE(list.out.find(folder.file("mine.so")), std::string::npos) << list.out << list.err;
}

}  // namespace
}  // namespace tradectl::cli
