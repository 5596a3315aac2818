// doctor, through the binary.
#include "tests/cli/run_fixture.hpp"

#include <filesystem>
#include <map>

#include <sys/stat.h>

namespace tradectl::cli {
namespace {

class Doctor : public RunFixture {
  protected:
    [[nodiscard]] static std::string config(const std::string& tells) {
        return "name: sick\nmode: paper\nlog: {level: \"off\"}\n"
               "plugins: {paths: [" TRADECTL_BINARY_DIR "/scripted, " TRADECTL_BINARY_DIR
               "/plugins]}\nwal: {segment: 64KiB}\n"
               "exchanges: [{name: x, plugin: telling_exchange, settings: {tells: " +
               tells +
               ", balances: {USD: \"100000\", BTC: \"10\"}}}]\n"
               "instruments: [{name: BTC-USD.x, base: BTC, quote: USD, tick: \"0.01\", lot: "
               "\"0.0001\"}]\n"
               "data: [{instrument: BTC-USD.x, synth: {price: \"100\", trades: 50, gap: 1s}}]\n"
               "strategies: [{name: s, plugin: scripted_strategy, instruments: [BTC-USD.x], "
               "settings: {steps: [\"1 buy 1 90\"]}}]\nspeed: \"1000000\"\n";
    }
    [[nodiscard]] std::string state() const { return folder_.file("state"); }

    ChildResult doctor(const std::string& text, const std::vector<std::string>& more = {}) {
        std::vector<std::string> words = {
            "doctor", folder_.write("d.yaml", text), "--state-dir", state(), "--timeout", "200ms"};
        words.insert(words.end(), more.begin(), more.end());
        return run_tradectl(words);
    }
    /// Verdicts by the name of the check.
    static std::map<std::string, std::string> verdicts(const ChildResult& result) {
        std::map<std::string, std::string> out;
        const Json document = result.json();
        for (const Json& check : *document.find("data")->find("checks")->as_array())
            out[std::string(*check.find_text("check"))] = *check.find_text("verdict");
        return out;
    }
};

TEST_F(Doctor, AHealthySetUpIs0) {
    const ChildResult before = doctor(config("truth"), {"--json"});
    EXPECT_EQ(before.exit_status, 0) << before.out;
    auto found = verdicts(before);
    EXPECT_EQ(found["state-dir"], "ok");
    EXPECT_EQ(found["ledger"], "skip");
    EXPECT_EQ(found["audit"], "skip");
    EXPECT_EQ(found["venue:x"], "ok");
    EXPECT_EQ(found["clock:x"], "ok");
    EXPECT_EQ(found["plugin:telling_exchange"], "warn") << "it is not trusted";
    EXPECT_FALSE(std::filesystem::exists(state()));

    const ChildResult run = run_tradectl({"run", folder_.file("d.yaml"), "--state-dir", state()});
    ASSERT_EQ(run.exit_status, 0) << run.err;
    const ChildResult after = doctor(config("truth"), {"--json"});
    EXPECT_EQ(after.exit_status, 0) << after.out;
    found = verdicts(after);
    EXPECT_EQ(found["ledger"], "ok");
    EXPECT_EQ(found["audit"], "ok");
    EXPECT_EQ(found["run"], "ok");
}

TEST_F(Doctor, WithoutAConfigItLooksAtTheMachine) {
    const ChildResult result = run_tradectl({"doctor"});
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_NE(result.out.find("sandbox-landlock"), std::string::npos);
    EXPECT_EQ(result.out.find("state-dir"), std::string::npos);
}

TEST_F(Doctor, AVenueThatIsNotReachedIs3) {
    const ChildResult down = doctor(config("down"), {"--json"});
    EXPECT_EQ(down.exit_status, 3) << down.out;
    EXPECT_EQ(verdicts(down)["venue:x"], "unknown");
    EXPECT_NE(down.err.find("nobody is there"), std::string::npos) << down.err;
    const ChildResult silent = doctor(config("silent"), {"--json"});
    EXPECT_EQ(silent.exit_status, 3) << silent.out;
    EXPECT_EQ(verdicts(silent)["clock:x"], "unknown");
}

TEST_F(Doctor, AClockThatIsAMinuteOffIs2) {
    const ChildResult result = doctor(config("early"), {"--json"});
    EXPECT_EQ(result.exit_status, 2) << result.out;
    EXPECT_EQ(verdicts(result)["clock:x"], "fail");
}

TEST_F(Doctor, AFindingGoesBeforeAVenueThatIsNotReached) {
    std::filesystem::create_directory(state());
    ASSERT_EQ(::chmod(state().c_str(), 0777), 0);
    const ChildResult result = doctor(config("down"), {"--json"});
    EXPECT_EQ(result.exit_status, 2) << result.out;
    auto found = verdicts(result);
    EXPECT_EQ(found["state-dir"], "fail");
    EXPECT_EQ(found["venue:x"], "unknown");
}

TEST_F(Doctor, ALedgerThatIsDamagedIs2) {
    ASSERT_EQ(doctor(config("truth")).exit_status, 0);
    ASSERT_EQ(run_tradectl({"run", folder_.file("d.yaml"), "--state-dir", state()}).exit_status, 0);
    for (const char* file : {"ledger.db", "audit/checkpoint"}) {
        ASSERT_TRUE(std::filesystem::exists(state() + "/" + file)) << file;
        folder_.write("state/" + std::string(file), "this is no such file");
    }
    std::filesystem::remove(state() + "/ledger.db-wal");
    const ChildResult result = doctor(config("truth"), {"--json"});
    EXPECT_EQ(result.exit_status, 2) << result.out;
    auto found = verdicts(result);
    EXPECT_EQ(found["ledger"], "fail");
    EXPECT_EQ(found["audit"], "fail");
}

TEST_F(Doctor, APluginThatMayNotRunIs2) {
    std::string text = config("truth");
    text.replace(text.find("plugins: {"),
                 10,
                 "plugins: {trust: required, lock: " + folder_.file("none/plugins.lock") + ", ");
    const ChildResult result = doctor(text, {"--json"});
    EXPECT_EQ(result.exit_status, 2) << result.out;
    auto found = verdicts(result);
    EXPECT_EQ(found["plugin:scripted_strategy"], "fail");
    EXPECT_EQ(found["plugin:telling_exchange"], "fail");
    EXPECT_EQ(found["venues"], "fail");
}

TEST_F(Doctor, ABadConfigIs78) {
    EXPECT_EQ(doctor("name: [\n").exit_status, 78);
    EXPECT_EQ(run_tradectl({"doctor", "/nonexistent.yaml"}).exit_status, 78);
    EXPECT_EQ(run_tradectl({"doctor", "--nothing"}).exit_status, 64);
}

}  // namespace
}  // namespace tradectl::cli
