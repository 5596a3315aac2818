// The part of the session that comes after the last market event.
#include "host/base/log.hpp"
#include "host/engine/session_parts.hpp"
#include "host/engine/signals.hpp"
#include "host/ledger/reader.hpp"

#include <algorithm>

namespace tradectl::engine {

namespace {

constexpr std::int64_t kDrainNs = 10 * kNsPerSecond;
constexpr std::int64_t kCancelAgainNs = 2 * kNsPerSecond;
constexpr std::int64_t kLastFlattenNs = 30 * kNsPerSecond;
constexpr std::int64_t kListenNs = 50 * kNsPerMillisecond;

}  // namespace

void Session::stop_strategies() {
    for (auto& runner : trading_.runners) {
        if (runner->faulted()) continue;
        if (auto stopped = runner->instance().stop(); !stopped) {
            log(LogLevel::Error, "engine", stopped.error().message, {{"instance", runner->name()}});
        }
        pipeline_->take_commands(*runner);
        runner->end();
    }
    pipeline_->deny_waiting(std::nullopt, TRADECTL_REASON_SHUTTING_DOWN);
    handle_faults();
}

/// Whether an order is open of which the venue may still tell the end; nobody tells that of one
/// whose fate is unknown.
bool Session::orders_may_close() {
    bool found = false;
    trading_.orders.each_open([&found](const OrderEntry& entry) {
        found = found || entry.order.status != execution::OrderStatus::Unresolved;
    });
    return found;
}

/// Carries on without market data until nothing is on its way any more.
void Session::drain(std::int64_t session_ns_max, Until until) {
    const Timestamp deadline = trading_.clock.now().plus_ns(session_ns_max);
    market_ended_ = market_ended_ || source_ended_;
    source_ended_ = true;
    const auto idle = [this] {
        return !pipeline_->busy() &&
               std::none_of(trading_.exchanges.begin(),
                            trading_.exchanges.end(),
                            [](const auto& runtime) { return runtime->busy(); });
    };
    for (;;) {
        settle();
        flush();
        if (!can_trade() || trading_.clock.now() >= deadline) return;
        if (idle() && (until == Until::Quiet || !orders_may_close())) return;
        std::optional<Timestamp> due = trading_.scheduler.next();
        const auto durable = trading_.journal->next_durable_time();
        if (durable && (!due || *durable < *due)) due = durable;
        if (!due && simulated()) return;
        wait_until(std::min(due.value_or(deadline), deadline));
        hear_wakes();
        hear_control();
        fire_timers();
        pipeline_->on_durable(trading_.journal->durable());
        if (auto failure = trading_.journal->failure()) stop_on(*failure);
    }
}

void Session::apply_shutdown_policy() {
    if (!can_trade()) return;
    drain(kDrainNs);
    if (config_.shutdown.orders == config::OrdersPolicy::Cancel) {
        const auto cancel_all = [this] {
            for (auto& runner : trading_.runners)
                pipeline_->cancel_all(*runner, TRADECTL_REASON_CANCELED_ON_SHUTDOWN);
        };
        cancel_all();
        drain(simulated() ? kDrainNs : kCancelAgainNs, Until::OrdersClosed);
        // A cancel that was lost on its way is given again, for as long as the venue takes some:
        // it can only end what it names.
        Timestamp deadline = trading_.clock.now().plus_ns(kDrainNs);
        while (!simulated() && can_trade() && orders_may_close() &&
               trading_.clock.now() < deadline) {
            const std::size_t before = trading_.orders.open_count();
            cancel_all();
            drain(kCancelAgainNs, Until::OrdersClosed);
            if (trading_.orders.open_count() < before)
                deadline = trading_.clock.now().plus_ns(kDrainNs);
        }
    }
    if (config_.shutdown.positions == config::PositionsPolicy::Flatten) flatten_all();
}

/// When the market goes on; nothing when it is over. What venues tell comes when it comes.
std::optional<Timestamp> Session::next_market() {
    if (venues_feed_) return trading_.clock.now().plus_ns(kListenNs);
    return market_ended_ ? std::nullopt : source_->next_time();
}

/// Orders in the way go first, whatever their policy is. The market is followed for as long as it
/// lasts and the deadline allows: a venue can only sell to who is there.
void Session::flatten_all() {
    flatten_reason_ = TRADECTL_REASON_EXIT_SHUTDOWN;
    for (auto& runner : trading_.runners) {
        pipeline_->cancel_all(*runner, TRADECTL_REASON_CANCELED_ON_SHUTDOWN);
    }
    drain(kDrainNs, Until::OrdersClosed);
    const bool all_go = config_.shutdown.orders == config::OrdersPolicy::Cancel;
    const Until until = all_go ? Until::OrdersClosed : Until::Quiet;
    const Timestamp deadline = trading_.clock.now().plus_ns(kLastFlattenNs);
    for (;;) {
        for (auto& runner : trading_.runners) {
            flatten_due_[runner->index()] = trading_.clock.now();
        }
        pursue_flatten();
        drain(kDrainNs, until);
        const auto next = next_market();
        if (!can_trade() || trading_.clock.now() >= deadline || !next) break;
        if (std::all_of(trading_.runners.begin(), trading_.runners.end(), [this](auto& runner) {
                return pipeline_->flatten(*runner, flatten_reason_);
            })) {
            break;
        }
        wait_until(std::min(due_of(*next), deadline));
        hear_wakes();
        fire_timers();
        source_ended_ = false;
        feed_market();
        flush();
        market_ended_ = source_ended_;
        source_ended_ = true;
    }
    for (const auto& position : positions_view()) {
        if (position.quantity.is_zero()) continue;
        not_flat_.push_back(position.strategy + ": " + position.quantity.to_string() + " " +
                            position.instrument + " left");
    }
}

/// Sent, and no answer came while the run lived: nobody knows, and the next start asks.
void Session::leave_unanswered() {
    trading_.orders.each_open([this](OrderEntry& entry) {
        if (entry.order.status != execution::OrderStatus::Sent) return;
        if (entry.is_renewed && entry.stage != Stage::Sent) {
            const execution::Update refused{.kind = execution::UpdateKind::Rejected,
                                            .time = trading_.clock.now(),
                                            .reason = TRADECTL_REASON_VENUE_REJECTED};
            return pipeline_->settler().update(
                entry, refused, "refused as it was built; the run ended before it was built anew");
        }
        pipeline_->settler().update(
            entry,
            {.kind = execution::UpdateKind::Unresolved, .time = trading_.clock.now()},
            "no answer by the end of the run");
    });
}

/// Those whose fate is unknown are told as such, and by another status.
void Session::note_not_canceled() {
    if (config_.shutdown.orders != config::OrdersPolicy::Cancel) return;
    trading_.orders.each_open([this](const OrderEntry& entry) {
        if (entry.order.status == execution::OrderStatus::Unresolved) return;
        not_canceled_.push_back(entry.order.client_order_id + " of " +
                                trading_.runners[entry.runner]->name());
    });
}

void Session::close_books() {
    if (control_) control_->stop();
    look_at_keys();
    if (can_trade()) {
        leave_unanswered();
        note_not_canceled();
    }
    for (auto& runtime : trading_.exchanges) {
        if (runtime->faulted()) continue;
        if (auto stopped = runtime->stop(); !stopped) {
            log(LogLevel::Error,
                "engine",
                stopped.error().message,
                {{"instance", runtime->name()}});
        }
    }
    if (can_trade()) {
        mark_equity();
        note_halts();
        pipeline_->scribe().note(wal::NoteKind::SessionEnd,
                                 "host",
                                 "orders " + std::to_string(trading_.counters.orders) + ", fills " +
                                     std::to_string(trading_.counters.fills));
        flush();
    }
    if (auto closed = trading_.journal->close(); !closed && !error_) error_ = closed.error();
    const WalSequence durable = WalSequence{trading_.journal->next_sequence().value - 1};
    Status projected;
    if (simulated()) {
        if (can_trade()) projected = project(durable);
        if (projected) projected = projector_->stop();
    } else {
        projector_->notify(trading_.journal->failure() ? trading_.journal->durable() : durable);
        projected = projector_->stop();
    }
    if (!projected && !error_) error_ = projected.error();
    if (options_.export_file.empty()) return;
    // An export that was made as the run went tells how far it came, whatever ended it.
    if (error_ && !exporter_) return;
    auto written = exporter_ ? exporter_->finish(options_.export_file) : write_export();
    if (!written && !error_) error_ = written.error();
}

Status Session::write_export() {
    auto reader = ledger::Reader::open(*disk_, paths_.ledger());
    if (!reader) return fail(reader.error());
    auto disk = make_posix_disk();
    std::string text;
    auto exported = ledger::canonical_export(*reader, [&](std::string_view line) -> Status {
        text += line;
        return {};
    });
    if (!exported) return exported;
    return write_file_atomically(*disk, options_.export_file, text);
}

RunSummary Session::summarise() {
    RunSummary summary;
    summary.counters = trading_.counters;
    summary.started = started_;
    summary.ended = trading_.clock.now();
    summary.wall_ns = system_clock_.monotonic_ns() - wall_started_ns_;
    summary.market_first = market_first_;
    summary.market_last = market_last_;
    summary.equity_start = equity_start_;
    summary.equity_end = equity();
    summary.positions = positions_view();
    summary.open_orders = trading_.orders.open_count();
    summary.faults = faults_;
    summary.not_flat = not_flat_;
    summary.not_canceled = not_canceled_;
    for (const auto& runner : trading_.runners) {
        for (std::string& line : runner->missing_bars())
            summary.warnings.push_back(std::move(line));
    }
    if (has_fills_enough()) {
        summary.warnings.push_back("ended by shutdown.after_fills: the books hold " +
                                   std::to_string(fills_before_ + trading_.counters.fills) +
                                   " fills");
    }
    summary.unresolved = pipeline_->gate().blocked_count();
    summary.orphans = orphans_ + (recovery_ ? recovery_->orphans_found() : 0);
    summary.signal = SignalGuard::received();
    summary.state_dir = options_.state_dir;
    summary.error = error_;
    for (const auto& position : summary.positions) {
        const auto handle = trading_.table.find(position.instrument);
        const auto* instrument = trading_.table.instrument(*handle);
        auto& sum =
            summary.realized_pnl[std::string(trading_.table.asset(instrument->quote_asset))];
        sum = checked_add(sum, position.realized_pnl).value_or(Decimal::null());
    }
    summary.balances = total_balances();
    return summary;
}

}  // namespace tradectl::engine
