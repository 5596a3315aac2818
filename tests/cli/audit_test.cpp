// The audit commands through the binary, on what simulated runs left.
#include "tests/cli/child.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace tradectl::cli {
namespace {

constexpr const char* kDemo = TRADECTL_SOURCE_DIR "/configs/demo.yaml";
constexpr const char* kVerifier = TRADECTL_SOURCE_DIR "/tests/host/audit/independent_verifier.py";

using Words = std::vector<std::string>;

class Audit : public testing::Test {
  protected:
    /// One run that trades, one whose every order is denied, and one more that trades.
    static void SetUpTestSuite() {
        folder_ = std::make_unique<TemporaryFolder>();
        run("traded", {});
        run("denied", {"--set", "risk.order_notional_max=100"});
        run("other", {"--seed", "7"});
    }
    static void TearDownTestSuite() { folder_.reset(); }
    static void run(const std::string& name, const Words& more) {
        Words line = {"run",
                      kDemo,
                      "--state-dir",
                      folder_->file(name),
                      "--set",
                      "clock=simulated",
                      "--set",
                      "data.0.synth.trades=20000"};
        line.insert(line.end(), more.begin(), more.end());
        const ChildResult result = run_tradectl(line);
        ASSERT_EQ(result.exit_status, 0) << result.err;
    }

    void SetUp() override { std::filesystem::remove_all(folder_->file("copy")); }

    static ChildResult on(const std::string& name, Words words, const Words& more = {}) {
        words.insert(words.begin(), "audit");
        words.insert(words.end(),
                     {"-c", kDemo, "--state-dir", folder_->file(name), "--set", "clock=simulated"});
        words.insert(words.end(), more.begin(), more.end());
        return run_tradectl(words);
    }
    static Json data(const std::string& name, Words words) {
        const Json document = on(name, std::move(words), {"--json"}).json();
        const Json* found = document.find("data");
        return found == nullptr ? Json() : *found;
    }
    /// The traded state as a copy, to spoil.
    static std::string copy() {
        std::filesystem::copy(folder_->file("traded"),
                              folder_->file("copy"),
                              std::filesystem::copy_options::recursive);
        return folder_->file("copy/audit/");
    }
    static void flip(const std::string& path, std::int64_t at) {
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        ASSERT_TRUE(file) << path;
        file.seekg(at);
        const int byte = file.get();
        file.seekp(at);
        file.put(static_cast<char>(byte ^ 1));
    }
    /// Changes a digit of the entry's time.
    static void flip_entry(const std::string& bundle, std::int64_t index) {
        const std::string bytes = read_text(bundle);
        std::size_t at = 0;  // of its length, which two bytes hold
        for (; index > 0; --index)
            at += 2 + static_cast<unsigned char>(bytes.at(at)) * 256U +
                  static_cast<unsigned char>(bytes.at(at + 1));
        flip(bundle, static_cast<std::int64_t>(bytes.find("Z\"", at)) - 1);
    }
    static std::string key() { return folder_->file("traded/audit/vkey"); }
    /// A proof of `words` in a file.
    static std::string proof(const Words& words) {
        const ChildResult result = on("traded", words);
        EXPECT_EQ(result.exit_status, 0) << result.err;
        return folder_->write("proof", result.out);
    }
    static ChildResult check_proof(const std::string& file) {
        return run_tradectl({"audit", "check-proof", file, "--key", key()});
    }
    static ChildResult independent(const Words& words) {
        Words line = {kVerifier};
        line.insert(line.end(), words.begin(), words.end());
        return run_program_at("/usr/bin/python3", line);
    }
    static void expect_finding(const ChildResult& result, const std::string& words) {
        EXPECT_EQ(result.exit_status, 2) << result.out << result.err;
        EXPECT_NE(result.err.find(words), std::string::npos) << result.err;
    }

    inline static std::unique_ptr<TemporaryFolder> folder_;
};

TEST_F(Audit, VerifySaysThatItIsNotAnchored) {
    const ChildResult result = on("traded", {"verify", "--wal"});
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_NE(result.out.find("self-consistent, not anchored\n"), std::string::npos) << result.out;
    const Json facts = data("traded", {"verify"});
    EXPECT_EQ(facts.find_text("result"), "self-consistent, not anchored");
    EXPECT_GT(facts.find("entries")->as_integer().value_or(0), 256);
}

TEST_F(Audit, TheIndependentVerifierAgrees) {
    const ChildResult result = independent({"log", folder_->file("traded/audit")});
    EXPECT_EQ(result.exit_status, 0) << result.out << result.err;
    const std::string entry = proof({"prove", "100"});
    EXPECT_EQ(independent({"proof", entry, key()}).exit_status, 0);
    const std::string growth = proof({"consistency", "77"});
    EXPECT_EQ(independent({"growth", growth, key()}).exit_status, 0);
}

TEST_F(Audit, AChangedEntryIsNamedByItsIndex) {
    const std::string audit = copy();
    flip(audit + "tile/entries/000", 30);
    expect_finding(on("copy", {"verify"}), "entry 0 was changed");
    const Json document = on("copy", {"verify", "--json"}).json();
    const auto& errors = *document.find("errors")->as_array();
    ASSERT_FALSE(errors.empty());
    EXPECT_EQ(errors[0].find("index")->as_integer(), 0);
    EXPECT_EQ(independent({"log", audit}).exit_status, 1);
}

TEST_F(Audit, AChangedTileOrCheckpointIsFound) {
    const std::string audit = copy();
    flip(audit + "tile/0/000", 40);
    expect_finding(on("copy", {"verify"}), "entry 1 was changed");
    flip(audit + "tile/0/000", 40);
    flip(audit + "checkpoint", 33);
    EXPECT_EQ(on("copy", {"verify"}).exit_status, 2);
    EXPECT_EQ(on("copy", {"query"}).exit_status, 65);
    EXPECT_EQ(independent({"log", audit}).exit_status, 1);
}

TEST_F(Audit, AnAnchorHoldsAndIsReplacedOnlyWhenItDoes) {
    const std::string anchor = folder_->file("anchor");
    EXPECT_EQ(on("traded", {"anchor", anchor}).exit_status, 0);
    EXPECT_EQ(on("traded", {"anchor", anchor}).exit_status, 0);
    const ChildResult good = on("traded", {"verify", "--anchor", anchor});
    EXPECT_EQ(good.exit_status, 0) << good.err;
    EXPECT_NE(good.out.find("self-consistent, anchored\n"), std::string::npos);
    const std::string before = read_text(anchor);
    expect_finding(on("other", {"anchor", anchor}), "another log");
    EXPECT_EQ(read_text(anchor), before);
    expect_finding(on("other", {"verify", "--anchor", anchor}), "another log");
}

TEST_F(Audit, ARolledBackLogIsFoundByItsAnchor) {
    const std::string audit = copy();
    const std::string anchor = folder_->file("anchor-of-the-end");
    ASSERT_EQ(on("traded", {"anchor", anchor}).exit_status, 0);
    // The log as it was at the start of a run, signed with the same key.
    std::filesystem::remove_all(audit);
    std::filesystem::create_directories(audit);
    std::filesystem::remove_all(folder_->file("copy/wal"));
    std::filesystem::remove(folder_->file("copy/ledger.db"));
    std::filesystem::remove_all(folder_->file("copy/plugins"));
    const ChildResult shorter = run_tradectl({"run",
                                              kDemo,
                                              "--state-dir",
                                              folder_->file("copy"),
                                              "--set",
                                              "clock=simulated",
                                              "--set",
                                              "data.0.synth.trades=1000"});
    ASSERT_EQ(shorter.exit_status, 0) << shorter.err;
    EXPECT_EQ(on("copy", {"verify"}).exit_status, 0);
    expect_finding(on("copy", {"verify", "--anchor", anchor}), "rolled back");
    expect_finding(on("copy", {"consistency", anchor}), "rolled back");
}

TEST_F(Audit, AnUnknownKeyIsRefused) {
    const std::string anchor = folder_->file("anchor-by-key");
    ASSERT_EQ(on("traded", {"anchor", anchor}).exit_status, 0);
    const std::string wrong =
        "tradectl/demo/0000000000000000+d8ff9ae9+"
        "AfZcLmGeK+MTvzCXOlU+IZBkY/AQeoZLZScCUnZli9Dw";
    EXPECT_EQ(on("traded", {"verify", "--key", wrong}).exit_status, 64);
    expect_finding(on("traded", {"verify", "--key", folder_->file("other/audit/vkey")}),
                   "checkpoint");
}

TEST_F(Audit, ProofsHoldAndCutOrChangedOnesDoNot) {
    for (const Words& words : {Words{"prove", "5"}, Words{"consistency", "200"}}) {
        const std::string file = proof(words);
        const std::string text = read_text(file);
        EXPECT_EQ(check_proof(file).exit_status, 0) << check_proof(file).err;
        for (std::size_t size = 0; size < text.size(); size += 150)
            EXPECT_EQ(check_proof(folder_->write("cut", text.substr(0, size))).exit_status, 2);
        std::string changed = text;
        changed[changed.find('\n', changed.find('\n') + 1) + 12] ^= 1;
        EXPECT_EQ(check_proof(folder_->write("changed", changed)).exit_status, 2);
    }
    EXPECT_EQ(run_tradectl({"audit", "check-proof", proof({"prove", "5"})}).exit_status, 64);
    EXPECT_EQ(on("traded", {"prove", "99999999"}).exit_status, 64);
    EXPECT_EQ(on("traded", {"prove", "first"}).exit_status, 64);
}

TEST_F(Audit, ALogThatWasChangedGivesNoProofAndNoStory) {
    const std::string audit = copy();
    const std::string file = folder_->file("no-proof");
    const Json story = data("traded", {"why", "momentum/2"});
    const auto start = *story.find("entries")->as_array()->front().find("index")->as_integer();
    flip_entry(audit + "tile/entries/000", start);
    const std::string index = std::to_string(start);
    EXPECT_EQ(on("copy", {"prove", index, "--out", file}).exit_status, 65);
    const ChildResult why = on("copy", {"why", "momentum/2"});
    EXPECT_EQ(why.exit_status, 65) << why.err;
    EXPECT_NE(why.err.find("entry " + index + " is not what"), std::string::npos) << why.err;
    flip(audit + "tile/0/000", 40);
    expect_finding(on("copy", {"consistency", "77", "--out", file}), "no proof from 77");
    EXPECT_FALSE(std::filesystem::exists(file));
}

TEST_F(Audit, ExitCodesOfWhatCannotBeReadOrNeverWas) {
    const std::string folder = folder_->path();
    EXPECT_EQ(on("traded", {"verify", "--anchor", folder}).exit_status, 74);
    EXPECT_EQ(on("traded", {"verify", "--anchor", folder + "/none"}).exit_status, 74);
    EXPECT_EQ(on("traded", {"consistency", folder + "/none"}).exit_status, 74);
    EXPECT_EQ(on("traded", {"anchor", folder + "/none/anchor"}).exit_status, 74);
    EXPECT_EQ(on("traded", {"anchor", folder}).exit_status, 74);
    EXPECT_EQ(run_tradectl({"audit", "check-proof", folder + "/none", "--key", key()}).exit_status,
              74);
    expect_finding(on("traded", {"consistency", "99999999"}), "99999999");
}

TEST_F(Audit, WhyTellsAnOrdersStoryByAnyOfItsNames) {
    const Json story = data("traded", {"why", "momentum/2"});
    std::vector<std::string> events;
    for (const Json& item : *story.find("entries")->as_array())
        events.emplace_back(item.find("entry")->find_text("event").value_or(""));
    const std::vector<std::string> wanted = {
        "START", "CONFIG", "EVENT", "DECISION", "INTENT", "SENT", "NEWO", "FILL", "POSOPEN"};
    EXPECT_EQ(events, wanted);
    const std::string id(story.find("order")->find_text("client_order_id").value_or(""));
    ASSERT_EQ(id.size(), 32U);
    EXPECT_EQ(data("traded", {"why", id}), story);
    EXPECT_EQ(data("traded", {"why", id.substr(0, 20)}), story);
    const ChildResult text = on("traded", {"why", id});
    for (const char* part : {"tradectl ",
                             "sha256 ",
                             "trade, a ",
                             "rose over the lookback",
                             "passed position_limit",
                             "request sha256",
                             "answer sha256",
                             "fee ",
                             "[entry "})
        EXPECT_NE(text.out.find(part), std::string::npos) << part;
}

TEST_F(Audit, WhyAnswersForADeniedOrderToo) {
    const ChildResult result = on("denied", {"why", "momentum/1"});
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_NE(result.out.find("FAILED notional_above_max"), std::string::npos) << result.out;
    EXPECT_NE(result.out.find("limit 100"), std::string::npos);
}

TEST_F(Audit, WhyRefusesWhatMayMeanSeveralOrNone) {
    const ChildResult several = on("traded", {"why", "c7"});
    const ChildResult none = on("traded", {"why", "momentum/999999"});
    EXPECT_EQ(several.exit_status, 64);
    EXPECT_NE(several.err.find("may mean momentum/"), std::string::npos) << several.err;
    EXPECT_EQ(none.exit_status, 64);
}

TEST_F(Audit, QueryAndExportGiveTheSameEntries) {
    const std::string lines = on("traded", {"export"}).out;
    const auto count = std::count(lines.begin(), lines.end(), '\n');
    const Json all = data("traded", {"query"});
    EXPECT_EQ(static_cast<std::int64_t>(all.find("entries")->as_array()->size()), count);
    const std::string csv = on("traded", {"export", "--format", "csv"}).out;
    EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), count + 1);
    EXPECT_EQ(csv, on("traded", {"query", "--csv"}).out);
    const std::string file = folder_->file("out.jsonl");
    const Json written = data("traded", {"export", "--out", file});
    EXPECT_EQ(written.find("entries")->as_integer(), count);
    EXPECT_EQ(read_text(file), lines);
    EXPECT_EQ(on("traded", {"export", "--json"}).exit_status, 64);
}

TEST_F(Audit, QueryFilters) {
    const auto size = [](const Words& words) {
        return data("denied", words).find("entries")->as_array()->size();
    };
    const std::size_t denied = size({"query", "--event", "DENIED"});
    EXPECT_GT(denied, 2U);
    EXPECT_EQ(size({"query", "--event", "DENIED", "--limit", "2"}), 2U);
    EXPECT_EQ(size({"query", "--event", "DENIED", "--strategy", "host"}), 0U);
    EXPECT_EQ(size({"query", "--event", "DENIED", "--until", "2026-01-01"}), 0U);
    EXPECT_EQ(size({"query", "--event", "DENIED", "--since", "2026-01-01"}), denied);
    EXPECT_EQ(size({"query", "--event", "START", "--event", "END"}), 2U);
    EXPECT_EQ(on("denied", {"query", "--until", "soon"}).exit_status, 64);
}

TEST_F(Audit, WithoutALogTheAnswerSaysHowToGetOne) {
    const ChildResult result = on("nowhere", {"verify"});
    EXPECT_EQ(result.exit_status, 77);
    std::filesystem::remove_all(folder_->file("off"));
    run("off", {"--set", "audit=off"});
    const ChildResult off = on("off", {"verify"});
    EXPECT_EQ(off.exit_status, 77);
    EXPECT_NE(off.err.find("audit: off"), std::string::npos) << off.err;
}

}  // namespace
}  // namespace tradectl::cli
