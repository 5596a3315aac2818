// The part of the session that operators steer while it lives.
#include "host/engine/session_parts.hpp"

#include <algorithm>

namespace tradectl::engine {

Status Session::open_control() {
    if (simulated()) return {};
    auto control = Control::open({.disk = *disk_,
                                  .paths = paths_,
                                  .trading = trading_,
                                  .pipeline = *pipeline_,
                                  .projector = *projector_,
                                  .facts = [this] { return facts(); },
                                  .note_halts = [this] { note_halts(); }},
                                 [this] { bell_.ring(); });
    if (!control) {
        // A path that no socket can have is the config's fault, not the command line's.
        const bool too_long = control.error().code == ErrorCode::InvalidArgument;
        return fail(too_long ? ErrorCode::Config : control.error().code, control.error().message);
    }
    control_ = std::move(*control);
    control_->add("reconcile-apply", [this](ops::ControlCall&& call) {
        operator_errands_->reconcile(std::move(call));
    });
    control_->add("wal-recover-apply",
                  [this](ops::ControlCall&& call) { operator_errands_->recover(std::move(call)); });
    return {};
}

void Session::make_errands() {
    drift_ = std::make_unique<DriftWatch>(*disk_, paths_, trading_, *pipeline_);
    errands_ =
        std::make_unique<Errands>(ErrandParts{.trading = trading_,
                                              .turn = [this] { return !must_stop() && turn(); },
                                              .flush = [this] { flush(); },
                                              .applied = [this] { return projector_->applied(); }});
    recovery_ = std::make_unique<LiveRecovery>(
        *disk_, paths_, trading_, *pipeline_, *errands_, options_.ask_again_ns);
    operator_errands_ =
        std::make_unique<OperatorErrands>(OperatorErrandParts{.trading = trading_,
                                                              .pipeline = *pipeline_,
                                                              .errands = *errands_,
                                                              .drift = *drift_,
                                                              .recovery = *recovery_});
}

void Session::hear_control() {
    if (!control_) return;
    control_->hear();
}

SessionFacts Session::facts() const {
    return {.view = view(),
            .started = started_,
            .market_arrived = market_arrived_,
            .flows = &flows_.board()};
}

void Session::open_alerts() {
    const config::AlertsConfig& alerts = config_.alerts;
    auto channels = ops::alert_channels(alerts);
    if (simulated() || channels.empty()) return;
    ops::AlertOptions options{.name = config_.name,
                              .mode = std::string(config::to_string(config_.mode)),
                              .min_interval_ns = alerts.min_interval_ns};
    for (std::size_t kind = 0; kind < alerts.modes.size(); ++kind)
        options.modes[static_cast<config::AlertKind>(kind)] = alerts.modes[kind];
    alerts_ = std::make_unique<ops::Alerts>(std::move(options), std::move(channels));
    trading_.alerts = alerts_.get();
}

void Session::tell_manager() {
    if (!options_.service.listens()) return;
    const std::size_t unresolved = pipeline_->gate().blocked_count();
    const std::string flows = flows_.board().troubles();
    service_.look({.now_ns = system_clock_.monotonic_ns(),
                   .fresh_data = trading_.counters.market_events > 0 || source_ended_,
                   .can_trade = can_trade() && !error_ && !(projector_ && projector_->failure()),
                   .awaited = pipeline_->awaited(),
                   .status = std::string(pipeline_->states().word()) + ", open orders " +
                             std::to_string(trading_.orders.open_count()) + ", unresolved " +
                             std::to_string(unresolved) +
                             (flows.empty() ? std::string() : ", " + flows)});
}

void Session::tell_no_start(const Error& error) {
    const bool broken = error.code == ErrorCode::Io || error.code == ErrorCode::NoSpace ||
                        error.code == ErrorCode::Corrupt;
    if (broken) trading_.alert(config::AlertKind::Wal, "all", "no start: " + error.message);
}

/// Why it ends, to whom it may concern.
void Session::tell_end() {
    tell_manager();
    service_.stopping(error_ ? error_->message : "stopping");
    if (!error_) return;
    const bool faulted = std::any_of(trading_.exchanges.begin(),
                                     trading_.exchanges.end(),
                                     [](const auto& runtime) { return runtime->faulted(); });
    const bool log_failed = trading_.journal->failure() || error_->code == ErrorCode::Io ||
                            error_->code == ErrorCode::NoSpace;
    trading_.alert(log_failed && !faulted ? config::AlertKind::Wal : config::AlertKind::Fault,
                   "all",
                   "the run stops: " + error_->message);
}

}  // namespace tradectl::engine
