// A run that is told to stop, or that is killed: nothing acknowledged is lost, and nothing is at
// the venue that the log does not know.
#include "host/base/disk.hpp"
#include "host/base/random.hpp"
#include "host/exchange/kv_store.hpp"
#include "host/ledger/reader.hpp"
#include "tests/cli/run_fixture.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <map>
#include <set>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tradectl::cli {
namespace {

/// A child that runs until a signal ends it.
class Running {
  public:
    explicit Running(std::vector<std::string> words) {
        words.insert(words.begin(), TRADECTL_BINARY_DIR "/bin/tradectl");
        std::vector<char*> argv;
        for (auto& word : words)
            argv.push_back(word.data());
        argv.push_back(nullptr);
        child_ = ::fork();
        if (child_ == 0) {
            const int null = ::open("/dev/null", O_WRONLY);
            ::dup2(null, STDOUT_FILENO);
            ::dup2(null, STDERR_FILENO);
            ::execv(argv[0], argv.data());
            ::_exit(127);
        }
    }
    ~Running() {
        if (child_ > 0) finish(SIGKILL);
    }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

    void send(int signal) const { ::kill(child_, signal); }
    /// Sends the signal and returns how the child ended.
    int finish(int signal) {
        send(signal);
        ::waitpid(child_, &status_, 0);
        child_ = -1;
        return exit_status();
    }
    bool is_alive() {
        if (child_ > 0 && ::waitpid(child_, &status_, WNOHANG) == child_) child_ = -1;
        return child_ > 0;
    }
    [[nodiscard]] int exit_status() const {
        return WIFEXITED(status_) ? WEXITSTATUS(status_) : 128 + WTERMSIG(status_);
    }

  private:
    pid_t child_ = -1;
    int status_ = 0;
};

/// Lets the child work for some nanoseconds.
void pass(long ns) {
    const timespec time{.tv_sec = 0, .tv_nsec = ns};
    ::nanosleep(&time, nullptr);
}

class RunUnderSignals : public RunFixture {
  protected:
    /// Momentum that enters often, in real time at many times the recorded pace.
    [[nodiscard]] std::string busy_config(const std::string& threshold) const {
        std::string text = good_config();
        text.replace(text.find("mode: backtest"), 14, "mode: paper\nspeed: 200");
        const std::string synth = "trades: 300";
        text.replace(text.find(synth), synth.size(), "interval: 100ms, volatility_ppm: 300");
        const std::string settings = "lookback: 20, threshold: \"0.0005\"";
        text.replace(text.find(settings),
                     settings.size(),
                     "lookback: 5, cooldown: 0, target: \"0.0005\", stop: \"0.0005\", threshold: " +
                         threshold);
        return text;
    }
    [[nodiscard]] std::vector<std::string> words(const std::string& config) const {
        return {"run", config, "--state-dir", state_};
    }
    ledger::Reader books() {
        auto reader = ledger::Reader::open(*disk_, state_ + "/ledger.db");
        EXPECT_TRUE(reader) << (reader ? "" : reader.error().message);
        return std::move(*reader);
    }
    /// Waits until the run has written so many fills, or ten seconds.
    void wait_for_fills(std::size_t count) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        while (std::chrono::steady_clock::now() < deadline) {
            auto reader = ledger::Reader::open(*disk_, state_ + "/ledger.db");
            if (!reader) continue;
            const auto rows = reader->fills({});
            if (rows && rows->size() >= count) return;
        }
        ADD_FAILURE() << "no " << count << " fills in ten seconds";
    }
    /// Waits until a file holds the text, or ten seconds.
    static void wait_for_text(const std::string& path, const std::string& text) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        while (std::chrono::steady_clock::now() < deadline) {
            if (read_text(path).find(text) != std::string::npos) return;
        }
        ADD_FAILURE() << "no '" << text << "' in " << path << " in ten seconds";
    }
    std::string exported() {
        std::string text;
        auto reader = books();
        EXPECT_TRUE(ledger::canonical_export(reader, [&](std::string_view line) -> Status {
            text += line;
            return {};
        }));
        return text;
    }
    /// The venue's store, by key.
    std::map<std::string, std::string> venue() {
        std::map<std::string, std::string> values;
        auto store =
            exchange::KvStore::open_read_only(*disk_, state_ + "/plugins/x/kv.db", Timestamp{1});
        EXPECT_TRUE(store);
        EXPECT_TRUE((*store)->each("", [&](std::string_view key, std::span<const std::byte> value) {
            values.emplace(key,
                           std::string(reinterpret_cast<const char*>(value.data()), value.size()));
            return true;
        }));
        return values;
    }
    /// Every order and fill of the venue is in the books, and both have the same balances.
    void expect_agreement() {
        auto reader = books();
        const auto checked = reader.check_books();
        EXPECT_TRUE(checked) << checked.error().message;
        std::set<std::string> ours;
        const auto orders = reader.orders({});
        for (const auto& order : *orders)
            ours.insert(order.client_order_id);
        std::map<std::string, Decimal> sums;
        const auto balances = reader.balances();
        for (const auto& row : *balances) {
            if (row.bucket <= wal::Bucket::Unsettled)
                sums[row.asset] = sums[row.asset] + row.amount;
        }
        std::size_t fills = 0;
        for (const auto& [key, value] : venue()) {
            if (key.starts_with("o/") || key.starts_with("c/")) {
                EXPECT_TRUE(ours.contains(key.substr(2))) << "nobody knows " << key;
            }
            if (key.starts_with("f/")) ++fills;
            if (!key.starts_with("b/main/")) continue;
            const auto from = value.find('\t') + 1;
            const auto total = Decimal::parse(value.substr(from, value.find('\t', from) - from));
            ASSERT_TRUE(total) << key << " " << value;
            EXPECT_EQ(sums[key.substr(7)], *total) << key;
        }
        EXPECT_EQ(reader.fills({})->size(), fills);
        EXPECT_TRUE(reader.unfinished_operations()->empty());
    }

    const std::string state_ = folder_.file("state");
    std::unique_ptr<Disk> disk_ = make_posix_disk();
};

TEST_F(RunUnderSignals, TheFirstSignalStopsInOrder) {
    std::size_t fills = 0;
    for (const int signal : {SIGTERM, SIGINT}) {
        const std::string config = folder_.write("run.yaml", busy_config("\"0.0001\""));
        Running run(words(config));
        wait_for_fills(fills + 1);
        EXPECT_EQ(run.finish(signal), 0);
        fills = books().fills({})->size();
        EXPECT_TRUE(books().open_orders()->empty());
        expect_agreement();
    }
}

TEST_F(RunUnderSignals, TheSecondSignalEndsAtOnce) {
    std::string text = scripted_config("3 buy 1 100", "silent");
    text.replace(text.find("mode: backtest"), 14, "mode: paper\nspeed: 1000");
    Running run(words(folder_.write("run.yaml", text)));
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (std::chrono::steady_clock::now() < deadline) {
        auto reader = ledger::Reader::open(*disk_, state_ + "/ledger.db");
        if (reader && !reader->orders({})->empty()) break;
    }
    // The first one waits for the venue's answer, which never comes. Two that come together are
    // one.
    while (run.is_alive()) {
        run.send(SIGTERM);
        pass(5'000'000);
    }
    EXPECT_EQ(run.exit_status(), 143);
}

/// The one thread of a simulated run is inside of the plugin: it cannot stop in order.
TEST_F(RunUnderSignals, ABacktestWhosePluginIsStuckEndsAfterASignal) {
    const std::string config = folder_.write("run.yaml", zoo_config("never_returns"));
    const std::string log = folder_.file("log");
    Running run({"run", config, "--state-dir", state_, "--log-file", log});
    wait_for_text(log, "turn 1");
    EXPECT_EQ(run.finish(SIGTERM), 70);
    EXPECT_NE(read_text(log).find("did not return"), std::string::npos) << read_text(log);
    const std::string halt = read_text(state_ + "/halt");
    EXPECT_NE(halt.find("strategy:never_returns"), std::string::npos) << halt;
}

TEST_F(RunUnderSignals, ASecondSignalEndsABacktestWhosePluginIsStuckAtOnce) {
    const std::string config = folder_.write("run.yaml", zoo_config("never_returns"));
    const std::string log = folder_.file("log");
    Running run({"backtest", config, "--out", folder_.file("out"), "--log-file", log});
    wait_for_text(log, "turn 1");
    // Two that come together are one.
    while (run.is_alive()) {
        run.send(SIGTERM);
        pass(5'000'000);
    }
    EXPECT_EQ(run.exit_status(), 143);
    EXPECT_FALSE(std::filesystem::exists(folder_.file("out")));
}

TEST_F(RunUnderSignals, AKillLosesNothingAndInventsNothing) {
    const char* given = std::getenv("TRADECTL_TEST_SEED");
    const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : 20260101;
    std::printf("seed %llu (TRADECTL_TEST_SEED)\n", static_cast<unsigned long long>(seed));
    SeededRandom random(seed);
    const std::string busy = folder_.write("busy.yaml", busy_config("\"0.0001\""));
    const std::string idle = folder_.write("idle.yaml", busy_config("1"));
    for (int round = 0; round < 8; ++round) {
        {
            Running run(words(busy));
            wait_for_fills(1 + static_cast<std::size_t>(round) * 3);
            pass(static_cast<long>(random.next() % 60'000'000));
            EXPECT_EQ(run.finish(SIGKILL), 128 + SIGKILL);
        }
        auto recover = words(idle);
        recover.insert(recover.end(), {"--wall", "1ns"});
        const ChildResult first = run_tradectl(recover);
        ASSERT_EQ(first.exit_status, 0) << first.err;
        expect_agreement();
        const std::string before = exported();
        ASSERT_EQ(run_tradectl(recover).exit_status, 0);
        EXPECT_EQ(exported(), before) << "a second recovery changed something, round " << round;
    }
}

}  // namespace
}  // namespace tradectl::cli
