// The part of the session that comes before the first market event.
#include "host/base/log.hpp"
#include "host/base/unsynced_disk.hpp"
#include "host/engine/log_archive.hpp"
#include "host/engine/recover.hpp"
#include "host/engine/session_parts.hpp"
#include "host/engine/signals.hpp"
#include "host/engine/startup_orders.hpp"
#include "host/engine/trust_gate.hpp"
#include "host/market/range_source.hpp"

#include <utility>

namespace tradectl::engine {

namespace {

/// A log that is kept nowhere is dropped behind the ledger: small segments keep its memory small.
constexpr std::uint64_t kMemorySegmentBytes = 1u << 20;

tradectl_status connect_status(const exchange::Completion& answer) {
    // A venue that needs no connection says so.
    return answer.status == TRADECTL_UNSUPPORTED ? TRADECTL_OK : answer.status;
}

/// A run that keeps nothing has its books in memory, or where it was told to put them.
std::string state_root(const RunOptions& options) {
    if (!options.state_dir.empty()) return options.state_dir;
    return options.scratch_dir.empty() ? "/state" : options.scratch_dir;
}

/// Where the settings of an item of a list were written, or else the item, as the head of a
/// message.
std::string place_of(const config::Node& merged, std::string_view list, std::size_t index) {
    const config::Node* items = merged.find(list);
    if (items == nullptr || index >= items->children.size()) return "";
    const config::Node& item = items->children[index];
    const config::Node* settings = item.find("settings");
    const bool written = settings != nullptr && settings->origin.source != config::Source::Default;
    return (written ? settings->origin : item.origin).to_string() + ": ";
}

std::unique_ptr<Disk> disk_for(const RunOptions& options) {
    if (!options.state_dir.empty()) return make_posix_disk();
    if (options.scratch_dir.empty()) return make_memory_disk();
    return make_unsynced_disk(make_posix_disk());
}

}  // namespace

Session::Session(const config::Document& document, const RunOptions& options, Doorbell bell)
    : document_(document),
      config_(document.config),
      options_(options),
      bell_(std::move(bell)),
      paths_{state_root(options)},
      manual_clock_(config_.clock == config::ClockKind::Simulated
                        ? std::make_unique<ManualClock>(Timestamp{0})
                        : nullptr),
      service_(options.service),
      trading_(config_,
               manual_clock_ ? static_cast<const Clock&>(*manual_clock_)
                             : static_cast<const Clock&>(system_clock_)),
      speed_(config_.speed.to_double()) {
    trading_.observer = options.observer;
}

Session::~Session() {
    if (alerts_) alerts_->finish(kAlertsNs);
    // The io thread, the exchange's commit worker and the WAL thread ring the bell: they end before
    // it does.
    control_.reset();
    operator_errands_.reset();
    errands_.reset();
    trading_.exchanges.clear();
    links_.reset();
    trading_.journal.reset();
    projector_.reset();
}

bool Session::simulated() const {
    return manual_clock_ != nullptr;
}

bool Session::is_backtest() const {
    return simulated() && config_.mode == config::Mode::Backtest;
}

plugin::InstanceOptions Session::instance_options() const {
    plugin::InstanceOptions options;
    options.turn_budget_ns =
        simulated() ? plugin::kTurnBudgetSimulatedNs : plugin::kTurnBudgetRealNs;
    options.watchdog = watchdog_.get();
    return options;
}

Status Session::start() {
    auto plugins = load_plugins(config_, options_.plugin_files, loader_);
    if (!plugins) return fail(plugins.error());
    warn_of_trust(plugins->trust_warning);
    // A simulation is the same every time; the bytes of a plugin that is built anew are not.
    if (!simulated()) plugin_notes_ = plugin_notes(config_, *plugins);
    if (auto checked = check_reach(*plugins); !checked) return checked;
    if (auto filled = fill_table(config_, trading_.table); !filled) return filled;
    choose_feeds();
    auto source = open_sources(config_, trading_.table);
    if (!source) return fail(source.error());
    source_ = std::move(*source);
    if (options_.from || options_.until) {
        source_ = std::make_unique<market::RangeSource>(
            std::move(source_), options_.from, options_.until);
    }
    if (const auto first = source_->next_time(); first && simulated()) {
        manual_clock_->advance_to(*first);
    }
    trading_.books = std::make_unique<market::BookTable>(trading_.table.size());
    trading_.balances = std::make_unique<Balances>(trading_.table.account_count());
    if (auto opened = open_disk(); !opened) return opened;
    open_alerts();
    service_.starting();
    // The thread that a signal's stop waits for may be the one that never returns.
    watchdog_ = std::make_unique<plugin::Watchdog>(
        [this](const std::string& instance) { end_stuck(instance); },
        [] { return SignalGuard::received() != 0; });
    if (auto opened = open_links(*plugins); !opened) return opened;
    if (auto made = make_exchanges(*plugins); !made) return made;
    if (auto made = make_runners(*plugins); !made) return made;
    if (auto opened = open_log_and_ledger(); !opened) return opened;
    if (auto connected = connect_exchanges(); !connected) return connected;
    mark_start();
    if (auto opened = open_control(); !opened) return opened;
    return start_strategies();
}

Status Session::open_disk() {
    disk_ = disk_for(options_);
    auto lock = WriterLock::take(*disk_, paths_, config_.name, options_.lock_wait_ns);
    if (!lock) return fail(lock.error());
    lock_.emplace(std::move(*lock));
    const auto others = options_.state_dir.empty() ? LatchOthers::None : LatchOthers::MayChange;
    trading_.halts = Halts(HaltLatch(*disk_, paths_.halt()), others);
    if (!simulated())
        trading_.halts.obey(
            *disk_, kill_files_of(config_), [this] { return trading_.clock.now(); });
    trading_.halts.refresh();
    return {};
}

Status Session::make_exchanges(const PluginSet& plugins) {
    for (std::uint32_t i = 0; i < config_.exchanges.size(); ++i) {
        const std::string& name = config_.exchanges[i].name;
        const bool keeps_state = !options_.state_dir.empty();
        auto store = keeps_state ? exchange::KvStore::open(
                                       *disk_, paths_.plugin_kv(name), trading_.clock.now())
                                 : exchange::KvStore::in_memory();
        if (!store) return fail(store.error());
        exchange_hosts_.push_back(
            std::make_unique<ExchangeHost>(trading_, name, config_.seed + 1000 + i, bell_));
        exchange::RuntimeOptions options{.index = i, .name = name, .instance = instance_options()};
        if (!simulated()) options.on_commit = [this] { bell_.ring(); };
        if (links_) options.wire = links_->wire(i);
        options.add_instrument = adder(trading_, i);
        auto runtime = exchange::ExchangeRuntime::create(
            plugins.exchanges[i].library,
            *exchange_hosts_.back(),
            std::move(*store),
            [this](std::uint32_t index, std::uint64_t id, Timestamp due) {
                trading_.scheduler.set(TimerOwner::Exchange, index, id, due);
            },
            std::move(options));
        if (!runtime) return fail(runtime.error());
        trading_.exchanges.push_back(std::move(*runtime));
        auto configured =
            trading_.exchanges.back()->configure(plugins.exchanges[i].settings.dump());
        if (!configured) {
            const ErrorCode code = configured.error().code;
            return fail(code == ErrorCode::InvalidArgument ? ErrorCode::Config : code,
                        place_of(document_.merged, "exchanges", i) + "exchanges[" +
                            std::to_string(i) + "] (" + name + "): " + configured.error().message);
        }
    }
    return {};
}

Status Session::make_runners(const PluginSet& plugins) {
    for (std::uint32_t i = 0; i < config_.strategies.size(); ++i) {
        const auto& strategy = config_.strategies[i];
        auto made_options = runner_options(config_, trading_.table, i);
        if (!made_options) return fail(made_options.error());
        RunnerOptions options = std::move(*made_options);
        runner_woken_.push_back(std::make_unique<std::atomic<bool>>(false));
        options.on_wake = [this, woken = runner_woken_.back().get()] {
            woken->store(true);
            bell_.ring();
        };
        auto runner = std::make_unique<StrategyRunner>(
            strategy, trading_.table, trading_.clock, std::move(options));
        const PluginUse& use = plugins.strategies[i];
        if (use.library == nullptr) {
            runner->refuse(use.refused);
            trading_.runners.push_back(std::move(runner));
            continue;
        }
        if (auto made = runner->create(use.library, instance_options()); !made) return made;
        auto configured = runner->instance().configure(use.settings.dump());
        if (!configured) {
            return fail(ErrorCode::Config,
                        place_of(document_.merged, "strategies", i) + "strategies[" +
                            std::to_string(i) + "] (" + strategy.name +
                            "): " + configured.error().message);
        }
        trading_.runners.push_back(std::move(runner));
    }
    fault_handled_.assign(trading_.runners.size(), false);
    flatten_due_.assign(trading_.runners.size(), Timestamp::none());
    pipeline_ = std::make_unique<Pipeline>(trading_);
    pipeline_->watch().equity = [this] { return equity(); };
    if (simulated() || options_.rate_dir.empty()) return {};
    return pipeline_->gate().share_rates(*disk_, options_.rate_dir);
}

Status Session::open_log_and_ledger() {
    const bool keeps_state = !options_.state_dir.empty();
    if (simulated()) {
        auto used = disk_->exists(paths_.wal());
        if (!used) return fail(used.error());
        if (*used) {
            return fail(ErrorCode::Config,
                        "state directory " + paths_.root +
                            " holds an earlier run; a simulated run needs a fresh one");
        }
    }
    SystemRandom random;
    auto identity = keeps_state && !simulated()
                        ? wal::open_identity(*disk_, paths_.root, random)
                        : Expected<wal::Identity>(wal::simulated_identity(config_.seed));
    if (!identity) return fail(identity.error());
    trading_.identity = *identity;
    const wal::LogTimes now{.wall = trading_.clock.now(),
                            .monotonic_ns = trading_.clock.monotonic_ns()};
    const auto segment_bytes = keeps_state ? config_.wal.segment_bytes : kMemorySegmentBytes;
    const Audit audit = keeps_state ? audit_of(config_) : Audit::None;
    const auto fill = is_backtest() ? wal::SegmentFill::Sparse : wal::SegmentFill::Written;
    auto state =
        open_state(*disk_, paths_, config_.name, *identity, segment_bytes, now, audit, fill);
    if (!state) return fail(state.error());
    projector_ = std::move(state->projector);
    audit_key_ = state->audit_key;
    if (options_.books == Books::Exported) {
        auto exporter = ExportFollower::create(*disk_, paths_.wal(), paths_.root + "/export");
        if (!exporter) return fail(exporter.error());
        exporter_.emplace(std::move(*exporter));
    }
    if (is_backtest()) {
        trading_.journal =
            Journal::gathered(std::move(state->writer), trading_.clock, config_.wal.latency_ns);
    } else if (simulated()) {
        trading_.journal =
            Journal::simulated(std::move(state->writer), trading_.clock, config_.wal.latency_ns);
    } else {
        trading_.journal =
            Journal::threaded(std::move(state->writer), system_clock_, [this] { bell_.ring(); });
        // Shared: std::function wants what it holds to be copyable.
        const auto archive =
            std::make_shared<LogArchive>(*disk_, paths_, config_.wal, system_clock_);
        projector_->set_idle_work(
            [archive](WalSequence applied) { return archive->work(applied); });
        projector_->start_thread();
    }
    if (keeps_state) {
        trading_.booked = [this](std::string_view venue, const tradectl_fill_event& told) {
            return booked_fill(*disk_, paths_, trading_, venue, told);
        };
    }
    auto books = ledger::Reader::open(*disk_, paths_.ledger());
    if (!books) return fail(books.error());
    if (auto restored = pipeline_->listings().restore(*books); !restored) return restored;
    if (auto counted = count_earlier_fills(*books); !counted) return counted;
    return load_state(*disk_, paths_, trading_, *pipeline_);
}

Status Session::connect_exchanges() {
    const WaitALittle wait([this] { wait_for_venues(); },
                           simulated() ? 0 : kAnswerPatienceNs,
                           [this] { return !check_wanted(); });
    // What a venue says unasked waits until every open order was asked for: news of a close must
    // not hide fills.
    HeldNews held;
    for (auto& runtime : trading_.exchanges) {
        if (auto started = runtime->start(); !started) return started;
        auto connected = await_answer(*runtime, runtime->connect(), held, wait);
        if (auto wanted = check_wanted(); !wanted) return wanted;
        if (!connected) return fail(connected.error());
        if (connect_status(*connected) != TRADECTL_OK) {
            // Asking again does not help who is refused.
            const bool refused = connected->status == TRADECTL_AUTHENTICATION;
            return fail(refused ? ErrorCode::Authentication : ErrorCode::Unavailable,
                        "exchange '" + runtime->name() + "' cannot connect: " + connected->text);
        }
    }
    if (!simulated()) {
        if (auto done = recover(held, wait); !done) return done;
    }
    if (auto done = book_opening_balances(trading_, *pipeline_, held, wait); !done) return done;
    if (auto wanted = check_wanted(); !wanted) return wanted;
    pipeline_->exits().end_restore();
    held.pass_on(sink());
    if (auto done = check_venue_balances(trading_, *pipeline_, wait); !done) return done;
    if (!simulated()) {
        make_errands();
        const bool looks = config_.reconcile.interval_ns != 0;
        if (auto looked = looks ? drift_->look_now(wait) : Status(); !looked) return looked;
    }
    flush();
    if (pipeline_->scribe().failure()) return fail(*pipeline_->scribe().failure());
    return check_wanted();
}

/// What an earlier process began is finished before anything new begins. Everything that the log
/// holds is on the device by now: opening it made sure.
Status Session::recover(HeldNews& held, const WaitALittle& wait) {
    auto books = ledger::Reader::open(*disk_, paths_.ledger());
    if (!books) return fail(books.error());
    const Ask ask = [&](std::uint32_t index, const Question& question) {
        auto& runtime = *trading_.exchanges[index];
        return await_answer(runtime, question(runtime), held, wait);
    };
    Recovery recovery(trading_, *books, ask, [this, &wait]() -> Status {
        wait();
        return check_wanted();
    });
    const RecoverOptions options;
    auto report = recovery.examine(options);
    if (auto wanted = check_wanted(); !wanted) return wanted;
    if (!report) return fail(report.error());
    const std::size_t due =
        report->changes() + report->count(recovery::Outcome::Unresolved) + report->orphans.size();
    const bool refuses = config_.recovery == config::RecoveryPolicy::Refuse;
    for (const Error& gap : report->not_listed) {
        if (refuses) return fail(ErrorCode::Denied, "recovery: refuse: " + gap.message);
        log(LogLevel::Warning, "recovery", gap.message);
    }
    if (refuses && due != 0) {
        return fail(ErrorCode::Denied,
                    "recovery: refuse: " + std::to_string(due) +
                        " operations of an earlier run are unfinished: look at them with "
                        "`tradectl wal-recover CONFIG`");
    }
    orphans_ = report->orphans.size();
    return recovery.book(*report, options, *pipeline_);
}

void Session::mark_start() {
    started_ = trading_.clock.now();
    wall_started_ns_ = system_clock_.monotonic_ns();
    equity_start_ = equity();
    if (options_.observer != nullptr) {
        LiveView first = view();
        add_details(first);
        options_.observer->on_start(trading_, first);
    }
    if (const auto first = source_->next_time()) market_zero_ = *first;
    pipeline_->scribe().note(wal::NoteKind::SessionStart,
                             "host",
                             "tradectl " TRADECTL_VERSION ", mode " +
                                 std::string(config::to_string(config_.mode)) + ", clock " +
                                 std::string(config::to_string(config_.clock)) + ", seed " +
                                 std::to_string(config_.seed));
    pipeline_->scribe().note(wal::NoteKind::Config, "host", "sha256 " + document_.hash);
    for (const std::string& note : plugin_notes_)
        pipeline_->scribe().note(wal::NoteKind::Config, "host", note);
    // A simulation is the same every time; its key is not.
    if (!simulated() && !audit_key_.empty()) {
        pipeline_->scribe().note(wal::NoteKind::KeyUse, "host", key_use_text(audit_key_));
    }
    trading_.scheduler.set(TimerOwner::Host, 0, kTimerEquity, started_.plus_ns(kNsPerMinute));
}

Status Session::start_strategies() {
    for (auto& runner : trading_.runners) {
        runner->begin_refs();
        if (runner->faulted()) continue;
        if (auto started = runner->instance().start(); !started) {
            return fail(
                ErrorCode::Config,
                "strategy '" + runner->name() + "' does not start: " + started.error().message);
        }
        pipeline_->take_commands(*runner);
    }
    handle_faults();  // of those that were refused
    pipeline_->listings().tell_all();
    follow_markets();
    settle();
    flush();
    return {};
}

}  // namespace tradectl::engine
