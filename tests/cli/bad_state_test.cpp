// State directories that are not what they should be, and what each command says of them.
#include "host/wal/format.hpp"
#include "tests/cli/child.hpp"

#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::cli {
namespace {

namespace fs = std::filesystem;

constexpr int kOk = 0;
constexpr int kData = 65;
constexpr int kPermission = 77;
constexpr int kConfig = 78;

/// What a command ends with, and words of what it says.
struct Says {
    const char* command;
    int status;
    const char* words;
};

class BadState : public testing::Test {
  protected:
    std::string config() {
        return folder_.write(
            "state.yaml",
            "name: state-test\nmode: paper\nclock: real\nspeed: 100000\nlog: {level: \"off\"}\n"
            "plugins: {paths: [" TRADECTL_BINARY_DIR "/scripted, " TRADECTL_BINARY_DIR
            "/plugins]}\nwal: {segment: 64KiB}\n"
            "exchanges: [{name: x, plugin: paper, settings: {balances: {USD: \"100000\", BTC: "
            "\"10\"}}}]\n"
            "instruments: [{name: BTC-USD.x, base: BTC, quote: USD, tick: \"0.01\", lot: "
            "\"0.0001\"}]\n"
            "data: [{instrument: BTC-USD.x, synth: {price: \"100\", trades: 20, gap: 1s}}]\n"
            "strategies: [{name: s, plugin: scripted_strategy, instruments: [BTC-USD.x], "
            "settings: {steps: [\"3 buy 1\"]}}]\n");
    }
    ChildResult run(const std::string& command) {
        return run_tradectl({command, config(), "--state-dir", state()});
    }
    void run_well() {
        const ChildResult done = run("run");
        ASSERT_EQ(done.exit_status, kOk) << done.err;
    }
    [[nodiscard]] std::string state() const { return folder_.file("state"); }

    void expect(const std::vector<Says>& table) {
        for (const Says& says : table) {
            SCOPED_TRACE(says.command);
            const ChildResult result = run(says.command);
            EXPECT_EQ(result.exit_status, says.status) << result.out << result.err;
            EXPECT_NE((result.out + result.err).find(says.words), std::string::npos)
                << result.out << result.err;
        }
    }
    /// Writes every segment's header again, as `change` made it.
    template <typename Change>
    void change_headers(Change&& change) {
        for (const auto& entry : fs::directory_iterator(state() + "/wal")) {
            std::array<std::byte, wal::kPageBytes> page{};
            std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
            file.read(reinterpret_cast<char*>(page.data()), page.size());
            wal::SegmentHeader header;
            if (!file || read_segment_header(page, header) != wal::PageState::Valid) continue;
            change(header);
            write_segment_header(header, page);
            file.seekp(0);
            file.write(reinterpret_cast<const char*>(page.data()), page.size());
        }
    }

    TemporaryFolder folder_;
};

TEST_F(BadState, WhereNothingIsThereIsNothingToAsk) {
    expect({{"wal-recover", kPermission, "no state in"},
            {"reconcile", kPermission, "no state in"},
            {"balance", kPermission, "no state in"}});
    EXPECT_FALSE(fs::exists(state()));
}

TEST_F(BadState, ADirectoryOfSomebodyElseStaysAsItIs) {
    fs::create_directory(state());
    std::ofstream(state() + "/letters.txt") << "dear";
    expect({{"run", kConfig, "is not a state directory: it holds 'letters.txt'"},
            {"wal-recover", kPermission, "no state in"},
            {"reconcile", kPermission, "no state in"},
            {"balance", kPermission, "no state in"}});
    EXPECT_EQ(std::distance(fs::directory_iterator(state()), {}), 1);
}

TEST_F(BadState, AWalOfAnotherLogIsCorrupt) {
    run_well();
    change_headers([](wal::SegmentHeader& header) { ++header.log_id.value; });
    expect({{"run", kData, "is another one than its identity names"},
            {"wal-recover", kData, "is another one than its identity names"},
            {"reconcile", kData, "is another one than its identity names"}});
}

TEST_F(BadState, AWalOfANewerFormatIsRefusedByItsVersion) {
    run_well();
    change_headers([](wal::SegmentHeader& header) { ++header.version; });
    expect({{"run", kConfig, "is newer than"},
            {"wal-recover", kConfig, "is newer than"},
            {"reconcile", kConfig, "is newer than"}});
}

TEST_F(BadState, ALedgerThatIsAheadOfItsLogContradictsIt) {
    run_well();
    fs::copy(state() + "/wal", folder_.file("earlier"));
    run_well();
    fs::remove_all(state() + "/wal");
    fs::copy(folder_.file("earlier"), state() + "/wal");
    expect({{"run", kData, "the log ends with"},
            {"wal-recover", kData, "the log ends with"},
            {"reconcile", kData, "the log ends with"}});
}

}  // namespace
}  // namespace tradectl::cli
