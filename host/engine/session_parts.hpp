/// The session from inside: what session.cpp drives and build.cpp wires.
#pragma once

#include "host/base/disk.hpp"
#include "host/base/json.hpp"
#include "host/engine/control.hpp"
#include "host/engine/doorbell.hpp"
#include "host/engine/drift_watch.hpp"
#include "host/engine/errands.hpp"
#include "host/engine/export_follower.hpp"
#include "host/engine/flow_board.hpp"
#include "host/engine/live_recovery.hpp"
#include "host/engine/operator_errands.hpp"
#include "host/engine/pipeline.hpp"
#include "host/engine/projector.hpp"
#include "host/engine/service_report.hpp"
#include "host/engine/session.hpp"
#include "host/engine/startup.hpp"
#include "host/engine/state_dir.hpp"
#include "host/engine/venue_links.hpp"
#include "host/market/source.hpp"
#include "host/ops/alerts.hpp"
#include "host/plugin/find.hpp"
#include "host/plugin/load.hpp"
#include "host/plugin/watchdog.hpp"

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tradectl::engine {

/// A plugin of the config with its checked settings.
struct PluginUse {
    std::shared_ptr<plugin::Library> library;  ///< null: refused
    Json settings;
    std::string refused = {};  ///< why it was not loaded: it is not trusted; empty: it was
};

/// The plugins that a config names, in its order.
struct PluginSet {
    std::vector<PluginUse> exchanges;
    std::vector<PluginUse> strategies;
    std::string trust_warning = {};  ///< which of them mode live would not load; empty: none
};

/// Finds, loads and checks every plugin and its settings; all problems of settings at once. Where
/// trust is required, a strategy that is not trusted is refused and the others stay; an exchange
/// that is not, or no strategy that is, is an error (Config).
/// Config, NotFound, Permission, Corrupt.
Expected<PluginSet> load_plugins(const config::Config& config,
                                 const std::vector<std::string>& plugin_files,
                                 plugin::Loader& loader);

/// One line for each plugin of a run, with its digest, for the record.
[[nodiscard]] std::vector<std::string> plugin_notes(const config::Config& config,
                                                    const PluginSet& plugins);

/// Whether a strategy of the config trades at that exchange. Where none does, and it offers no
/// account, its markets are read alone.
[[nodiscard]] bool is_traded(const config::Config& config, std::uint32_t exchange);

/// Instruments, accounts and assets of a config.
Status fill_table(const config::Config& config, market::InstrumentTable& table);

/// The market data that a config names, as one source.
Expected<std::unique_ptr<market::Source>> open_sources(const config::Config& config,
                                                       const market::InstrumentTable& table);

/// A data file, its bars played as the config says. `source` goes into each record.
Expected<std::unique_ptr<market::Source>> open_file(const config::DataConfig& data,
                                                    const tradectl_instrument& instrument,
                                                    std::uint32_t source);

/// How bars are built where the config says so.
std::map<tradectl_instrument_handle, market::BarRule> bar_rules(
    const config::Config& config, const market::InstrumentTable& table);

/// Exchange, account, instruments, seed and bars of a strategy of the config. Config.
Expected<RunnerOptions> runner_options(const config::Config& config,
                                       const market::InstrumentTable& table,
                                       std::uint32_t index);

/// What an exchange instance may ask of the host.
class ExchangeHost final : public plugin::HostServices {
  public:
    ExchangeHost(Trading& trading, std::string name, std::uint64_t seed, const Doorbell& bell)
        : trading_(trading), name_(std::move(name)), random_(seed), bell_(bell) {}

    /// Whether the plugin asked to be woken since the last call.
    bool take_wake() { return woken_.load(std::memory_order_relaxed) && woken_.exchange(false); }

    Timestamp now() override { return trading_.clock.now(); }
    void log(LogLevel level, std::string_view text) override;
    void wake() override {
        woken_.store(true);
        bell_.ring();
    }
    tradectl_status emit(const tradectl_command&) override { return TRADECTL_UNSUPPORTED; }
    tradectl_status find_instrument(std::string_view name,
                                    tradectl_instrument_handle& out) override;
    const tradectl_instrument* instrument(tradectl_instrument_handle handle) override {
        return trading_.table.instrument(handle);
    }
    tradectl_status find_asset(std::string_view name, tradectl_asset_handle& out) override;
    tradectl_status find_account(std::string_view name, tradectl_account_handle& out) override;
    std::uint64_t next_order_ref() override { return 0; }
    std::uint64_t random() override { return random_.next(); }
    tradectl_status kv_get(std::string_view, std::span<const std::uint8_t>&) override {
        return TRADECTL_NOT_FOUND;
    }
    tradectl_status kv_each(std::string_view, const plugin::KvVisitor&) override {
        return TRADECTL_OK;
    }

  private:
    Trading& trading_;
    std::string name_;
    SeededRandom random_;
    const Doorbell& bell_;
    std::atomic<bool> woken_{false};
};

/// Passes on what an exchange's plugin adds while it runs. `trading` must outlive it.
[[nodiscard]] exchange::AddInstrument adder(Trading& trading, std::uint32_t exchange);

/// How long the end of a run waits for messages to get out.
inline constexpr std::int64_t kAlertsNs = 5 * kNsPerSecond;

/// [engine]
class Session {
  public:
    Session(const config::Document& document, const RunOptions& options, Doorbell bell);
    ~Session();

    [[nodiscard]] const Doorbell& bell() const { return bell_; }
    /// Everything up to the first market event.
    Status start();
    /// Why `start` failed, to whom it may concern.
    void tell_no_start(const Error& error);
    /// Trades until it is time to stop, then stops.
    RunSummary run();

  private:
    // build.cpp
    Status open_disk();
    /// [watchdog] Halts the instance whose call never returned, and ends the process.
    [[noreturn]] void end_stuck(const std::string& instance);
    Status check_reach(const PluginSet& plugins);
    void choose_feeds();
    Status open_links(const PluginSet& plugins);
    void look_at_keys();
    void wait_for_venues();
    Status make_exchanges(const PluginSet& plugins);
    Status make_runners(const PluginSet& plugins);
    Status open_log_and_ledger();
    Status count_earlier_fills(ledger::Reader& books);
    [[nodiscard]] Status check_wanted() const;
    Status connect_exchanges();
    Status recover(HeldNews& held, const WaitALittle& wait);
    Status start_strategies();
    void mark_start();
    [[nodiscard]] plugin::InstanceOptions instance_options() const;
    [[nodiscard]] bool simulated() const;
    /// Simulated, and nobody goes on with it after a crash: its log and books are written in bulk.
    [[nodiscard]] bool is_backtest() const;

    // session.cpp
    void loop();
    bool turn();
    void make_errands();
    [[nodiscard]] std::optional<Timestamp> next_due();
    [[nodiscard]] Timestamp due_of(Timestamp market_time) const;
    void wait_until(std::optional<Timestamp> due);
    void fire_timers();
    void on_timer(const DueTimer& timer);
    void feed_market();
    void deliver_market(const EventBuffer& market);
    void follow_markets();
    // session_bars.cpp
    [[nodiscard]] std::optional<Timestamp> bars_due() const;
    void close_bars(std::optional<Timestamp> next_event);
    void settle();
    bool settle_once();
    /// Where the exchanges' news go.
    [[nodiscard]] exchange::ExchangeSink& sink() {
        exchange::ExchangeSink* at = pipeline_.get();
        if (drift_ && drift_->asks()) at = drift_.get();
        if (errands_ && errands_->asks()) {
            errands_->pass_to(*at);
            at = errands_.get();
        }
        return flows_.before(*at);
    }
    void flush();
    void hear_wakes();
    [[nodiscard]] bool time_is_up() const;
    [[nodiscard]] bool has_fills_enough() const;
    [[nodiscard]] bool must_stop();
    void handle_faults();
    void pursue_flatten();
    void stop_on(const Error& error);
    void watch_exchanges();
    [[nodiscard]] bool can_trade() const;
    void end_of_data();
    void look_around();
    void look_at_exchanges();
    void tell_of_lag();
    void note_halts();
    Status project(WalSequence mark);
    void project_simulated();

    // shutdown.cpp
    void stop_strategies();
    void apply_shutdown_policy();
    [[nodiscard]] bool orders_may_close();
    /// What `drain` waits for, beside what is on its way.
    enum class Until : std::uint8_t { Quiet, OrdersClosed };
    void drain(std::int64_t session_ns_max, Until until = Until::Quiet);
    [[nodiscard]] std::optional<Timestamp> next_market();
    void flatten_all();
    void leave_unanswered();
    void note_not_canceled();
    void close_books();
    RunSummary summarise();
    Status write_export();

    // session_control.cpp
    Status open_control();
    void hear_control();
    [[nodiscard]] bool control_waits() const { return control_ && control_->waiting(); }
    [[nodiscard]] SessionFacts facts() const;
    void open_alerts();
    void tell_manager();
    void tell_end();
    [[nodiscard]] bool looks_due() const { return system_clock_.monotonic_ns() >= view_due_ns_; }

    // views.cpp
    [[nodiscard]] LiveView view() const;
    [[nodiscard]] std::map<std::string, Decimal> equity() const;
    void mark_equity();
    [[nodiscard]] Timestamp next_mark(Timestamp last);
    void sample_before(Timestamp now);
    void note_market_moved();
    void sample();
    void add_details(LiveView& view) const;
    [[nodiscard]] std::map<std::string, Decimal> total_balances() const;
    [[nodiscard]] std::map<std::string, Decimal> exposure() const;
    [[nodiscard]] std::vector<LiveView::Position> positions_view() const;

    const config::Document& document_;
    const config::Config& config_;
    RunOptions options_;
    Doorbell bell_;
    std::unique_ptr<Disk> disk_;
    StatePaths paths_;
    std::optional<WriterLock> lock_;
    SystemClock system_clock_;
    std::unique_ptr<ManualClock> manual_clock_;
    plugin::Loader loader_;
    std::vector<std::string> plugin_notes_;
    std::unique_ptr<ops::Alerts> alerts_;  // real clock, when somebody is to be told
    ServiceReport service_;
    std::unique_ptr<plugin::Watchdog> watchdog_;
    Trading trading_;
    std::unique_ptr<Pipeline> pipeline_;
    std::optional<ExportFollower> exporter_;
    std::unique_ptr<Projector> projector_;
    std::string audit_key_;  // verifier key of the audit log; empty: none is kept
    // Real clock, all of them.
    std::unique_ptr<DriftWatch> drift_;
    std::unique_ptr<Errands> errands_;
    std::unique_ptr<LiveRecovery> recovery_;
    std::unique_ptr<OperatorErrands> operator_errands_;
    std::unique_ptr<Control> control_;
    std::unique_ptr<VenueLinks> links_;  // where an exchange reaches its venue
    std::vector<std::unique_ptr<ExchangeHost>> exchange_hosts_;
    std::unique_ptr<market::Source> source_;
    EventBuffer market_;
    EventBuffer told_;  // by venues

    std::vector<std::unique_ptr<std::atomic<bool>>> runner_woken_;
    std::vector<bool> fault_handled_;
    std::vector<Timestamp> flatten_due_;  // by strategy; none: nothing to flatten
    std::uint16_t flatten_reason_ = TRADECTL_REASON_EXIT_FAULT;
    FlowTap flows_{trading_};
    Timestamp started_;
    Timestamp market_zero_ = Timestamp::none();  // market time at which the session started
    Timestamp market_first_ = Timestamp::none();
    Timestamp market_last_ = Timestamp::none();
    Timestamp market_arrived_ = Timestamp::none();  // of the last market event, by our clock
    std::int64_t wall_started_ns_ = 0;
    std::int64_t view_due_ns_ = 0;
    bool ledger_waits_ = false;  // and people were told
    std::uint64_t look_due_seq_ = 0;
    std::uint64_t marked_events_ = UINT64_MAX;  // market events at the last mark of the equity
    Timestamp sample_end_ = Timestamp::none();  // of an interval in which the market moved
    bool venues_feed_ = false;                  // the market comes from venues alone
    bool source_ended_ = false;                 // nothing more is fed
    Timestamp source_ended_at_{0};
    bool market_ended_ = false;  // there is nothing more to feed
    bool stopping_ = false;
    double speed_ = 1;
    std::map<std::string, Decimal> equity_start_;
    std::uint64_t fills_before_ = 0;  // in the books at the start, when they are counted
    std::size_t orphans_ = 0;         // found at the start
    std::optional<Error> error_;
    std::vector<std::string> faults_;
    std::vector<std::string> not_flat_;
    std::vector<std::string> not_canceled_;
};

}  // namespace tradectl::engine
