// keys list, check, address. The keys are published test keys.
#include "tests/cli/child.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace tradectl::cli {
namespace {

const std::string kScalar(64, '1');
constexpr const char* kAddress = "0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A";

class CmdKeys : public testing::Test {
  protected:
    void SetUp() override { write_key("wallet.key", kScalar + "\n", 0600); }
    void write_key(const std::string& name, const std::string& text, mode_t mode) {
        const std::string path = folder_.write(name, text);
        ASSERT_EQ(::chmod(path.c_str(), mode), 0);
    }
    /// A configuration with these lines under `keys`.
    std::string config(const std::string& lines, const std::string& mode = "paper") {
        return folder_.write("config.yaml",
                             "name: keys-test\nmode: " + mode + "\nstate_dir: state\nkeys:\n" +
                                 lines +
                                 "exchanges:\n  - {name: paper, plugin: paper}\ninstruments:\n"
                                 "  - {name: A, base: A, quote: B, tick: '1', lot: '1'}\n");
    }
    std::string wallet() { return "  - {name: wallet, type: secp256k1, file: wallet.key}\n"; }
    /// Runs `keys WORDS` and sees to it that no part of the key is shown.
    ChildResult run(std::vector<std::string> words, const ChildOptions& options = {}) {
        words.insert(words.begin(), "keys");
        ChildResult result = run_tradectl(words, options);
        EXPECT_EQ((result.out + result.err).find(kScalar.substr(0, 12)), std::string::npos);
        return result;
    }

    TemporaryFolder folder_;
};

TEST_F(CmdKeys, ListNamesSourcesAndReadsNothing) {
    const std::string path = config(
        "  - {name: gone, type: secp256k1, file: /nonexistent/key}\n"
        "  - {name: pass, type: secret, command: [/bin/false, x]}\n"
        "  - {name: kept, type: hmac, stored: true}\n");
    const ChildResult result = run({"list", path});
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(result.out,
              "name  type       source\n"
              "gone  secp256k1  file /nonexistent/key\n"
              "pass  secret     command /bin/false\n"
              "kept  hmac       stored\n");
    const Json document = run({"list", path, "--json"}).json();
    EXPECT_EQ(document.find("data")->find("keys")->as_array()->size(), 3U);
}

TEST_F(CmdKeys, CheckReadsThemAndWarnsOfWhatIsPublished) {
    const std::string path = config(wallet() + "  - {name: kept, type: secret, stored: true}\n");
    const ChildResult result = run({"check", path});
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_NE(result.out.find("wallet  secp256k1  "), std::string::npos) << result.out;
    EXPECT_NE(result.out.find("kept    secret     -            not stored yet\n"),
              std::string::npos)
        << result.out;
    EXPECT_NE(result.err.find("key wallet: a published test key"), std::string::npos);
    const ChildResult live = run({"check", config(wallet(), "live")});
    EXPECT_EQ(live.exit_status, 78);
    EXPECT_NE(live.err.find("which mode live does not sign with"), std::string::npos) << live.err;
}

TEST_F(CmdKeys, AFileThatOthersMayReadEndsWith77AndItsMode) {
    write_key("wallet.key", kScalar, 0644);
    const ChildResult result = run({"check", config(wallet())});
    EXPECT_EQ(result.exit_status, 77);
    EXPECT_NE(result.err.find("wallet.key: others may read or write it (mode 0644)"),
              std::string::npos)
        << result.err;
    EXPECT_NE(result.out.find("refused"), std::string::npos) << result.out;
}

TEST_F(CmdKeys, WhatIsNoKeyEndsWith78WithoutShowingIt) {
    write_key("wallet.key", kScalar + "zz", 0600);
    const ChildResult result = run({"check", config(wallet())});
    EXPECT_EQ(result.exit_status, 78);
    EXPECT_NE(result.err.find("64 hex digits are expected"), std::string::npos) << result.err;
}

TEST_F(CmdKeys, TheEnvironmentWorksWithAWarning) {
    const std::string path =
        config("  - {name: wallet, type: secp256k1, environment: TEST_WALLET}\n");
    const ChildResult result =
        run({"check", path}, {.environment = {{"TEST_WALLET", "0x" + kScalar}}});
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_NE(result.err.find("comes from the environment"), std::string::npos);
    EXPECT_EQ(run({"check", path}).exit_status, 77);
}

TEST_F(CmdKeys, AddressPrintsPublicHalvesAlone) {
    write_key("word", "open-sesame", 0600);
    const std::string path = config(wallet() + "  - {name: word, type: secret, file: word}\n");
    EXPECT_EQ(run({"address", path, "wallet"}).out, std::string(kAddress) + "\n");
    EXPECT_EQ(run({"address", path}).out, "wallet  " + std::string(kAddress) + "\n");
    const ChildResult secret = run({"address", path, "word"});
    EXPECT_EQ(secret.exit_status, 78);
    EXPECT_NE(secret.err.find("key word: a secret has no public half"), std::string::npos);
    EXPECT_EQ(run({"address", path, "other"}).exit_status, 78);
}

TEST_F(CmdKeys, ShowOfTheConfigurationNamesPlacesOnly) {
    const ChildResult result = run_tradectl({"config", "show", config(wallet())});
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_NE(result.out.find("wallet.key"), std::string::npos);
    EXPECT_EQ(result.out.find(kScalar), std::string::npos);
}

}  // namespace
}  // namespace tradectl::cli
