// plugins.lock from the command line, and what a run makes of it.
#include "tests/cli/run_fixture.hpp"

#include <filesystem>
#include <fstream>

#include <sys/stat.h>

namespace tradectl::cli {
namespace {

namespace fs = std::filesystem;

class PluginTrust : public RunFixture {
  protected:
    PluginTrust() {
        fs::create_directory(folder_.file("own"));
        for (const char* name : {"momentum", "paper"})
            fs::copy_file(std::string(TRADECTL_BINARY_DIR "/plugins/") + name + ".so", own(name));
    }
    [[nodiscard]] std::string own(const std::string& name) const {
        return folder_.file("own/" + name + ".so");
    }
    [[nodiscard]] std::string lock() const { return folder_.file("conf/plugins.lock"); }

    ChildResult plugin(std::vector<std::string> words) const {
        words.insert(words.begin(), "plugin");
        words.insert(words.end(), {"--lock", lock()});
        return run_tradectl(words,
                            {.environment = {{"TRADECTL_PLUGIN_PATH", folder_.file("own")}}});
    }
    void trust(const std::string& name) const {
        const ChildResult done = plugin({"trust", own(name), "--confirm=" + name});
        ASSERT_EQ(done.exit_status, 0) << done.err;
    }
    /// A backtest with a second strategy, that runs trusted plugins alone.
    ChildResult run_required(const std::vector<std::string>& more = {}) {
        std::string text =
            good_config() + "  - {name: z, plugin: scalping, instruments: [BTC-USD.x]}\n";
        text.replace(text.find("strategies: [{"), 14, "strategies:\n  - {");
        text.replace(text.find("\"0.0005\"}}]"), 11, "\"0.0005\"}}");
        text.replace(
            text.find("plugins: {"), 10, "plugins: {trust: required, lock: " + lock() + ", ");
        return run_config(text, more);
    }
};

TEST_F(PluginTrust, ShowsWhatIsAskedAndWritesNothingUnconfirmed) {
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"trust", own("momentum"), "--confirm=other"},
          {"trust", own("momentum")}}) {
        const ChildResult result = plugin(words);
        EXPECT_EQ(result.exit_status, 64);
        EXPECT_NE(result.err.find("--confirm=momentum"), std::string::npos) << result.err;
        for (const char* word : {"sha256", "version", "vendor", "strategy", "inproc"})
            EXPECT_NE(result.out.find(word), std::string::npos) << word;
        EXPECT_FALSE(fs::exists(lock()));
    }
}

TEST_F(PluginTrust, ListAndVerifySayWhatTheLockSays) {
    EXPECT_EQ(plugin({"verify"}).out, "no plugin is locked\n");
    trust("momentum");
    const ChildResult verified = plugin({"verify"});
    EXPECT_EQ(verified.exit_status, 0) << verified.err;
    const Json list = plugin({"list", "--json"}).json();
    for (const Json& item : *list.find("data")->find("plugins")->as_array()) {
        const bool is_mine = item.find_text("path") == own("momentum");
        const bool is_the_same = item.find_text("name") == "momentum";
        if (is_mine) {
            EXPECT_EQ(item.find_text("trust"), "trusted");
        } else if (!is_the_same) {
            EXPECT_EQ(item.find_text("trust"), "not locked");
        }
    }
}

TEST_F(PluginTrust, VerifyTellsBothDigestsOfAChangedFile) {
    trust("momentum");
    const Json before = plugin({"verify", "--json"}).json();
    std::ofstream(own("momentum"), std::ios::app) << "x";
    const ChildResult result = plugin({"verify", "--json"});
    EXPECT_EQ(result.exit_status, 2);
    const Json document = result.json();
    const Json& line = document.find("data")->find("plugins")->as_array()->at(0);
    EXPECT_EQ(line.find_text("state"), "changed");
    const auto locked = line.find_text("locked_sha256");
    EXPECT_EQ(locked,
              before.find("data")->find("plugins")->as_array()->at(0).find_text("found_sha256"));
    EXPECT_NE(locked, line.find_text("found_sha256"));
    EXPECT_NE(result.err.find(*locked), std::string::npos);
    EXPECT_NE(result.err.find(*line.find_text("found_sha256")), std::string::npos);
}

TEST_F(PluginTrust, VerifyTellsWhatIsMissingNotLockedOrRefused) {
    const auto state = [&](const std::vector<std::string>& words) {
        const ChildResult result = plugin(words);
        EXPECT_EQ(result.exit_status, 2) << result.out;
        return std::string(
            *result.json().find("data")->find("plugins")->as_array()->at(0).find_text("state"));
    };
    EXPECT_EQ(state({"verify", own("paper"), "--json"}), "not locked");
    EXPECT_EQ(state({"verify", "nothing", "--json"}), "not locked");
    ASSERT_EQ(plugin({"trust", own("paper"), "--as", "gone", "--yes"}).exit_status, 0);
    EXPECT_EQ(state({"verify", "gone", "--json"}), "missing");
    trust("paper");
    fs::permissions(own("paper"), fs::perms::group_write, fs::perm_options::add);
    EXPECT_EQ(state({"verify", "paper", "--json"}), "refused");
}

TEST_F(PluginTrust, UntrustTakesItOut) {
    trust("momentum");
    EXPECT_EQ(plugin({"untrust", "momentum"}).exit_status, 0);
    EXPECT_EQ(plugin({"untrust", "momentum"}).exit_status, 78);
    EXPECT_EQ(plugin({"verify", "momentum"}).exit_status, 2);
}

TEST_F(PluginTrust, AFileThatOthersMayWriteCannotBeTrusted) {
    fs::permissions(own("momentum"), fs::perms::others_write, fs::perm_options::add);
    const ChildResult result = plugin({"trust", own("momentum"), "--yes"});
    EXPECT_EQ(result.exit_status, 78);
    EXPECT_FALSE(fs::exists(lock()));
}

TEST_F(PluginTrust, AnExchangeThatIsNotTrustedKeepsARunFromStarting) {
    const ChildResult result = run_required();
    expect_refused(result, 78, {"paper", "sha256", lock()});
    EXPECT_EQ(result.err.find("mode live would"), std::string::npos);
}

TEST_F(PluginTrust, AStrategyThatIsNotTrustedIsLeftOutAndTold) {
    trust("momentum");
    trust("paper");
    const ChildResult result = run_required({"--json"});
    EXPECT_EQ(result.exit_status, 70) << result.err;
    EXPECT_NE(result.err.find("strategy 'z' faulted: plugin scalping"), std::string::npos)
        << result.err;
    EXPECT_EQ(result.err.find("'m' faulted"), std::string::npos) << result.err;
    EXPECT_NE(result.out.find("scalping"), std::string::npos);
}

TEST_F(PluginTrust, WithoutATrustedStrategyThereIsNothingToRun) {
    trust("paper");
    expect_refused(run_required(), 78, {"momentum", "is not in " + lock()});
}

TEST_F(PluginTrust, AChangedPluginIsToldWithBothDigests) {
    trust("momentum");
    trust("paper");
    ASSERT_EQ(plugin({"trust", own("momentum"), "--as", "paper", "--yes"}).exit_status, 0);
    const std::string text = read_text(lock());
    const std::string digest = text.substr(text.find("sha256: ") + 8, 64);
    expect_refused(run_required(), 78, {"paper", "but " + lock() + " has " + digest});
}

TEST_F(PluginTrust, WhereTrustIsNotRequiredARunWarnsOnce) {
    const ChildResult result = run_config(good_config());
    EXPECT_EQ(result.exit_status, 0) << result.err;
    const std::string words = "mode live would not load these plugins";
    const std::size_t at = result.err.find(words);
    ASSERT_NE(at, std::string::npos) << result.err;
    EXPECT_EQ(result.err.find(words, at + 1), std::string::npos);
    EXPECT_NE(result.err.find("paper (not locked), momentum (not locked)"), std::string::npos);
}

TEST_F(PluginTrust, ALockThatCannotBeReadStopsWhereTrustIsRequired) {
    trust("momentum");
    std::string text = read_text(lock());
    text.replace(text.find("isolation"), 9, "insolation");
    std::ofstream(lock(), std::ios::trunc) << text;
    expect_refused(run_required(), 65, {lock() + ":5: isolation: want this key"});
    expect_refused(plugin({"trust", own("paper"), "--yes"}), 65, {lock() + ":5: isolation"});
    ASSERT_EQ(::chmod(lock().c_str(), 0666), 0);
    expect_refused(run_required(), 77, {lock(), "writable by group or others"});
}

TEST_F(PluginTrust, TheLockLiesWithTheConfiguration) {
    const std::map<std::string, std::string> home = {{"XDG_CONFIG_HOME", folder_.file("xdg")}};
    const ChildResult done =
        run_tradectl({"plugin", "trust", own("paper"), "--yes"}, {.environment = home});
    EXPECT_EQ(done.exit_status, 0) << done.err;
    EXPECT_TRUE(fs::exists(folder_.file("xdg/tradectl/plugins.lock")));
}

}  // namespace
}  // namespace tradectl::cli
