/// Runs whole sessions in the test's process and reads their books.
#pragma once

#include "host/base/disk.hpp"
#include "host/engine/session.hpp"
#include "host/ledger/reader.hpp"
#include "tests/host/base/temporary_directory.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tradectl::engine {

/// The parts of a config that tests vary; the rest is a small backtest of BTC-USD on one exchange.
struct SessionText {
    std::string head = "mode: backtest\nseed: 7\n";
    std::string exchange = "plugin: paper, settings: {balances: {USD: \"100000\", BTC: \"10\"}}";
    std::string instrument =
        "name: BTC-USD.x, base: BTC, quote: USD, tick: \"0.01\", lot: \"0.0001\"";
    std::string data = "instrument: BTC-USD.x, synth: {price: \"100\", trades: 50, gap: 1s}";
    std::string strategies;  ///< items of the list, one `- {...}` a line
    std::string risk = "{}";
    std::string rest;  ///< more top-level keys

    /// Adds an instance of the scripted strategy; `more` are further keys: ", on_fault: keep".
    SessionText& script(const std::string& name,
                        const std::vector<std::string>& steps,
                        const std::string& more = "",
                        const std::string& settings = "");
    /// Makes the scripted exchange the venue; `more` are further settings: ", absent: unknown".
    SessionText& venue(const std::string& script, const std::string& more = "");
    /// Real clock, and the market as fast as it comes.
    SessionText& in_real_time(const std::string& speed = "1000000");
    [[nodiscard]] std::string yaml() const;
};

/// /dev/shm when it can be written, else the usual place of temporary files.
[[nodiscard]] std::filesystem::path memory_directory();

/// One state directory and the sessions that run over it.
class SessionFixture : public testing::Test {
  protected:
    /// A run with books: in `state_dir()`.
    Expected<RunSummary> run(const SessionText& text, RunOptions options = {});
    /// The same with a config of the caller's own.
    Expected<RunSummary> run_yaml(const std::string& yaml, RunOptions options = {});
    /// A run that must begin and end without an error of its own.
    RunSummary run_well(const SessionText& text, RunOptions options = {});

    [[nodiscard]] std::string state_dir() const { return directory_.file("state"); }
    /// The next runs use another, fresh state directory.
    void fresh_state();

    [[nodiscard]] ledger::Reader books();
    [[nodiscard]] std::vector<ledger::OrderRow> orders();
    [[nodiscard]] std::vector<ledger::FillRow> fills();
    [[nodiscard]] std::vector<ledger::DeniedRow> denied();
    [[nodiscard]] std::vector<std::string> notes(wal::NoteKind kind);
    /// What the scripted strategy heard, over all sessions.
    [[nodiscard]] std::vector<std::string> heard(const std::string& strategy = "s");
    /// Our part of an asset: available, held and unsettled.
    [[nodiscard]] Decimal total(const std::string& asset);
    [[nodiscard]] Decimal amount(const std::string& asset, wal::Bucket bucket);
    [[nodiscard]] std::string exported();

    /// In memory where that is possible: thousands of syncs are not what is tested here.
    TemporaryDirectory directory_{memory_directory()};
    std::unique_ptr<Disk> disk_ = make_posix_disk();
};

/// Checks of any run's books: balances are the sums of postings, postings sum to zero by asset,
/// positions are the sums of fills, and what was gained is what prices and fees say.
void check_books(ledger::Reader& reader, const RunSummary& summary);

/// A trade of the market: what a fill may be measured against.
struct MarketTrade {
    Timestamp time;
    Decimal price;
};
/// Every fill is at the price of a trade of its own moment, or else of the last moment before it.
void check_fill_prices(const std::vector<ledger::FillRow>& fills,
                       const std::vector<MarketTrade>& trades);
/// All trades of a data file.
std::vector<MarketTrade> trades_of(const std::string& path);

}  // namespace tradectl::engine
