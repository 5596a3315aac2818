/// One run: wires what a config names, drives it by a clock, and ends it in order.
#pragma once

#include "host/config/load.hpp"
#include "host/engine/trading.hpp"
#include "host/ops/service_manager.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tradectl::engine {

/// What a live view shows; made a few times a second of wall time, on the engine thread.
struct LiveView {
    struct Position {
        std::string strategy;
        std::string instrument;
        Decimal quantity;
        Decimal average_price;
        Decimal mark = Decimal::null();
        Decimal realized_pnl;
        Decimal unrealized_pnl = Decimal::null();
    };
    Timestamp now;
    Timestamp market_time = Timestamp::none();  ///< of the last market event
    /// "running", "halted", "reduce-only", "breaker open" or "stopping".
    std::string state;
    std::vector<Position> positions;
    struct Mark {
        std::string instrument;
        Decimal price = Decimal::null();  ///< middle of the touch, or the last trade
    };
    /// By the asset that profit is paid in, all accounts; null: no price yet.
    std::map<std::string, Decimal> equity;
    std::size_t open_orders = 0;
    Counters counters;
    std::vector<Mark> marks;                  ///< of all instruments, in the config's order
    std::map<std::string, Decimal> balances;  ///< total, by asset, all accounts
    /// Sum of the marked positions' absolute values, by the same asset as equity.
    std::map<std::string, Decimal> exposure;
};

/// The observer of a whole run.
class RunObserver : public Observer {
  public:
    /// Everything is wired and recovered; the strategies' start and the first market event come
    /// next. `trading` may be read in every later call and ends with the run.
    virtual void on_start(const Trading& /*trading*/, const LiveView& /*view*/) {}
    virtual void on_view(const LiveView& /*view*/) {}
    /// The state at the end of a sampling interval in which the market moved (see
    /// `RunOptions::sample_ns`), and once more at the end of the run. `view.now` is the end of that
    /// interval by the session's clock.
    virtual void on_sample(const LiveView& /*view*/) {}
};

/// Whether what a run does is kept in books while it lasts.
enum class Books : std::uint8_t {
    Kept,
    /// Simulated clock, without `state_dir`: no ledger, and `export_file`, which must not be there,
    /// is written as the run goes. It is not synced.
    Exported,
    Dropped,  ///< as Exported, but no export either: results alone count
};

struct RunOptions {
    std::string state_dir;  ///< absolute; empty: nothing is kept (simulated clock)
    std::string rate_dir;   ///< absolute: where venues' rates are shared; empty: they are not
    std::vector<std::string> plugin_files;       ///< --plugin
    std::optional<std::int64_t> session_ns_max;  ///< by the session's clock
    std::optional<std::int64_t> wall_ns_max;
    std::int64_t lock_wait_ns = 0;
    std::string export_file;     ///< canonical export at the end; empty: none
    std::int64_t sample_ns = 0;  ///< calls `on_sample` by the session's clock; 0: never
    RunObserver* observer = nullptr;
    /// Absolute, simulated clock, without `state_dir`: where the books of a run that keeps nothing
    /// lie, so that they need no memory. Its files are never synced. Empty: in memory.
    std::string scratch_dir;
    Books books = Books::Kept;
    std::optional<Timestamp> from;   ///< market events before it are left out
    std::optional<Timestamp> until;  ///< market events at or after it are left out
    /// Real clock: from an order's unknown outcome to the first question about it.
    std::int64_t ask_again_ns = 5 * kNsPerSecond;
    ops::ServiceManager service;  ///< told when it is ready, and that it lives
};

/// How a run ended. `error` is what stopped it early, in order of weight: the log, the ledger, a
/// plugin.
struct RunSummary {
    Counters counters;
    Timestamp started;
    Timestamp ended;
    std::int64_t wall_ns = 0;
    Timestamp market_first = Timestamp::none();
    Timestamp market_last = Timestamp::none();
    std::map<std::string, Decimal> equity_start;
    std::map<std::string, Decimal> equity_end;
    std::map<std::string, Decimal> realized_pnl;  ///< by quote asset
    std::vector<LiveView::Position> positions;
    std::map<std::string, Decimal> balances;  ///< total, by asset, all accounts
    std::size_t open_orders = 0;
    std::vector<std::string> faults;  ///< one line for each faulted instance
    std::size_t unresolved = 0;
    std::size_t orphans = 0;  ///< orders with our id at a venue that the log does not know
    std::vector<std::string> warnings;  ///< what somebody asked for and did not get
    std::vector<std::string> not_flat;  ///< positions that the flatten policy could not close
    /// Orders that the cancel policy could not end, and that may still trade.
    std::vector<std::string> not_canceled;
    int signal = 0;     ///< that ended it, or 0
    bool began = true;  ///< false: the signal came while it was starting, nothing was traded
    std::string state_dir;
    std::optional<Error> error;
};

/// Runs until the data end, a limit is reached or a signal comes. Errors are those of start-up:
/// Config, Locked, Permission, Corrupt, Unresolved ...; a run that began always gives a summary,
/// and so does one that a signal ended before.
Expected<RunSummary> run_session(const config::Document& document, const RunOptions& options);

}  // namespace tradectl::engine
