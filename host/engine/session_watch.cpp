// The part of the session that looks after faults, failures and halts.
#include "host/base/log.hpp"
#include "host/engine/session_parts.hpp"
#include "host/wal/segment.hpp"

#include <algorithm>

#include <unistd.h>

namespace tradectl::engine {

namespace {

constexpr int kExitInternal = 70;
constexpr std::int64_t kViewNs = 250 * kNsPerMillisecond;
/// Simulated clock: how often the session looks at the wall clock and the ledger.
constexpr std::uint64_t kLookEvents = 65'536;
constexpr std::int64_t kFlattenRetryNs = kNsPerSecond;
constexpr std::uint64_t kProjectRecords = 2'048;

}  // namespace

void Session::end_stuck(const std::string& instance) {
    const bool is_exchange = std::any_of(config_.exchanges.begin(),
                                         config_.exchanges.end(),
                                         [&](const auto& e) { return e.name == instance; });
    const Halt halt{.scope = (is_exchange ? "exchange:" : "strategy:") + instance,
                    .since = system_clock_.now(),
                    .actor = "watchdog",
                    .reason = "a call into the plugin did not return"};
    static_cast<void>(HaltLatch(*disk_, paths_.halt()).add(halt));
    log(LogLevel::Error, "watchdog", halt.reason, {{"instance", instance}});
    if (alerts_) {
        alerts_->post({.kind = config::AlertKind::Fault,
                       .subject = halt.scope,
                       .text = halt.scope + ": " + halt.reason,
                       .time = halt.since});
        alerts_->finish(kAlertsNs);
    }
    _exit(kExitInternal);
}

void Session::handle_faults() {
    for (auto& runner : trading_.runners) {
        if (!runner->faulted() || fault_handled_[runner->index()]) continue;
        fault_handled_[runner->index()] = true;
        const std::string line =
            "strategy '" + runner->name() + "' faulted: " + runner->fault_reason();
        log(LogLevel::Error, "engine", line);
        if (trading_.observer != nullptr) trading_.observer->on_message(line);
        faults_.push_back(line);
        trading_.alert(config::AlertKind::Fault, "strategy:" + runner->name(), line);
        pipeline_->scribe().note(wal::NoteKind::Fault, runner->name(), runner->fault_reason());
        switch (runner->config().on_fault) {
            case config::FaultPolicy::Keep: break;
            case config::FaultPolicy::Cancel:
                pipeline_->cancel_all(*runner, TRADECTL_REASON_INSTANCE_FAULTED);
                break;
            case config::FaultPolicy::Flatten:
                pipeline_->cancel_all(*runner, TRADECTL_REASON_INSTANCE_FAULTED);
                flatten_due_[runner->index()] = trading_.clock.now();
                break;
        }
    }
}

/// Cancels are on their way first; then one attempt a second until the position is gone.
void Session::pursue_flatten() {
    const Timestamp now = trading_.clock.now();
    for (auto& runner : trading_.runners) {
        Timestamp& due = flatten_due_[runner->index()];
        if (due.is_none() || due > now) continue;
        const bool flat = pipeline_->flatten(*runner, flatten_reason_);
        due = flat ? Timestamp::none() : now.plus_ns(kFlattenRetryNs);
        settle();
    }
}

/// The first error ends the run. When the log itself is what failed, nothing more may be sent, now
/// or after a restart, until an operator has looked.
void Session::stop_on(const Error& error) {
    if (error_) return;
    error_ = error;
    if (!trading_.journal->failure()) return;
    const Halt halt{.scope = "all",
                    .since = trading_.clock.now(),
                    .actor = "host",
                    .reason = "the log cannot be written: " + error.message};
    if (auto latched = trading_.halts.add(halt); !latched) {
        log(LogLevel::Error, "halt", latched.error().message);
    }
}

/// Whether orders can still be taken back: the log takes records, and the venues answer.
bool Session::can_trade() const {
    if (trading_.journal->failure() || pipeline_->scribe().failure()) return false;
    return std::all_of(
        trading_.exchanges.begin(), trading_.exchanges.end(), [](const auto& runtime) {
            return !runtime->faulted() && runtime->commit_status().has_value();
        });
}

void Session::watch_exchanges() {
    for (const auto& runtime : trading_.exchanges) {
        if (auto stored = runtime->commit_status(); !stored) stop_on(stored.error());
        if (runtime->faulted()) {
            stop_on({ErrorCode::Internal,
                     "exchange '" + runtime->name() + "' faulted: " + runtime->fault_reason()});
        }
    }
}

/// Brings the run's books up to `mark`, whatever they are.
Status Session::project(WalSequence mark) {
    if (options_.books == Books::Dropped) return {};
    if (auto written = trading_.journal->write_out(); !written) return written;
    return exporter_ ? exporter_->catch_up(mark) : projector_->catch_up(mark);
}

/// Keeps the books near the log, and a log in memory short.
void Session::project_simulated() {
    const WalSequence durable = trading_.journal->durable();
    const WalSequence applied = exporter_ ? exporter_->applied() : projector_->applied();
    if (durable.value < applied.value + kProjectRecords) return;
    Status done = project(durable);
    if (done && options_.state_dir.empty()) {
        const auto dropped = wal::drop_segments_before(*disk_, paths_.wal(), durable);
        if (!dropped) done = fail(dropped.error());
    }
    if (!done) stop_on(done.error());
}

/// Puts on record what operators, the watchdog or the host itself changed of the latch.
void Session::note_halts() {
    trading_.halts.refresh();
    pipeline_->look_at_states();
    const HaltChanges changes = trading_.halts.take_changes();
    for (const Halt& halt : changes.added) {
        log(LogLevel::Warning, "halt", "halted: " + halt_text(halt));
        const bool drift = halt.reason.starts_with("drift: ");
        trading_.alert(drift ? config::AlertKind::Drift : config::AlertKind::Halt,
                       halt.scope,
                       halt_text(halt));
        pipeline_->scribe().note(wal::NoteKind::Halt, "host", halt_text(halt));
    }
    for (const Halt& halt : changes.removed) {
        log(LogLevel::Warning, "halt", "resumed: " + halt.scope);
        pipeline_->scribe().note(
            wal::NoteKind::Resume, "host", halt.scope + " (halted by " + halt.actor + ")");
    }
}

void Session::look_around() {
    if (projector_ && !simulated()) projector_->notify(trading_.journal->durable());
    if (simulated()) {
        if (trading_.event_seq < look_due_seq_) return;
        look_due_seq_ = trading_.event_seq + kLookEvents;
        project_simulated();
    }
    const std::int64_t now = system_clock_.monotonic_ns();
    if (now < view_due_ns_) return;
    view_due_ns_ = now + kViewNs;
    note_halts();
    look_at_keys();
    if (options_.observer != nullptr) options_.observer->on_view(view());
    tell_manager();
    if (error_) return;
    if (auto failure = trading_.journal->failure()) stop_on(*failure);
    if (!simulated() && projector_->failure()) error_ = projector_->failure();
    tell_of_lag();
    look_at_exchanges();
    if (drift_ && !error_) drift_->on_clock();
    if (recovery_ && !error_) recovery_->on_clock();
}

/// Trading goes on without the ledger, but what people read there stands still.
void Session::tell_of_lag() {
    const auto reason = projector_ ? projector_->waits_for() : std::nullopt;
    const bool told = std::exchange(ledger_waits_, reason.has_value());
    if (!reason || told) return;
    trading_.alert(
        config::AlertKind::Fault, "ledger", "the ledger falls behind: another program: " + *reason);
}

/// A venue that stores nothing any more, or that broke, ends the session.
void Session::look_at_exchanges() {
    for (const auto& runtime : trading_.exchanges) {
        if (error_) return;
        if (auto stored = runtime->commit_status(); !stored) error_ = stored.error();
        if (runtime->faulted()) {
            error_ = {ErrorCode::Internal,
                      "exchange '" + runtime->name() + "' faulted: " + runtime->fault_reason()};
        }
    }
}

}  // namespace tradectl::engine
