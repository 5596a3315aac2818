#include "host/engine/live_recovery.hpp"

#include "host/base/log.hpp"
#include "host/ledger/reader.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::engine {

namespace {

/// For all the questions of one look.
constexpr std::int64_t kUnresolvedLookNs = kNsPerMinute;
/// Enough for two looks behind a fence that has passed; a later one is waited for with the
/// back-off.
constexpr std::int64_t kVenueWaitNs = 5 * kNsPerSecond;

Status unknown_decision(OpId op_id) {
    return fail(ErrorCode::InvalidArgument,
                "operation " + std::to_string(op_id.value) +
                    " is not unresolved: what the run has under way it ends by itself");
}

}  // namespace

LiveRecovery::LiveRecovery(Disk& disk,
                           const StatePaths& paths,
                           Trading& trading,
                           Pipeline& pipeline,
                           Errands& errands,
                           std::int64_t first_ns)
    : disk_(disk),
      paths_(paths),
      trading_(trading),
      pipeline_(pipeline),
      errands_(errands),
      first_ns_(first_ns),
      start_(trading.journal->next_sequence()),
      orphans_booked_(trading.orphans_told) {}

void LiveRecovery::on_clock() {
    const std::size_t count = pipeline_.gate().blocked_count();
    const std::int64_t now = trading_.clock.monotonic_ns();
    if (count > seen_) {  // something new: soon
        wait_ns_ = first_ns_;
        due_ns_ = now + wait_ns_;
    }
    seen_ = count;
    if (count == 0 || asking_ || now < due_ns_) return;
    asking_ = true;
    errands_.add({.work = [this] { look(); }, .give_up = [] {}});
}

void LiveRecovery::look() {
    errands_.set_deadline(trading_.clock.now().plus_ns(kUnresolvedLookNs));
    if (auto recovered = recover({.wait_ns = kVenueWaitNs}, Scope::Unresolved); !recovered)
        log(LogLevel::Warning, "recovery", "asked again: " + recovered.error().message);
    asking_ = false;
    seen_ = pipeline_.gate().blocked_count();
    due_ns_ = trading_.clock.monotonic_ns() + wait_ns_;
    wait_ns_ = std::min(2 * wait_ns_, kLongestNs);
}

/// Rests as far as we know, and long enough that news which are on their way have come.
bool LiveRecovery::rests(const OrderEntry& entry) const {
    const execution::Order& order = entry.order;
    const bool open = order.status == execution::OrderStatus::Acknowledged ||
                      order.status == execution::OrderStatus::PartiallyFilled;
    const std::int64_t age_ns =
        trading_.clock.now().minus(order.updated.is_none() ? order.created : order.updated);
    return open && !entry.cancel_underway && age_ns >= trading_.config.reconcile.grace_ns;
}

/// Orders of unknown fate or that rest, the cancels that hang on unknown ones, and transactions.
bool LiveRecovery::is_wanted(const recovery::Unfinished& operation, Scope scope) {
    const OrderEntry* entry = trading_.orders.find(operation.client_order_id);
    const bool order_unknown =
        entry != nullptr && entry->order.status == execution::OrderStatus::Unresolved;
    if (operation.step == wal::StepKind::TradeExecute) {
        const bool asked = scope == Scope::OpenOrders && entry != nullptr && rests(*entry);
        if (!order_unknown && !asked) return false;
        stands_[operation.op_id] = {entry->order.status, entry->order.filled_qty};
        return true;
    }
    // An operator's, of before the start.
    if (recovery::is_transaction(operation)) return true;
    if (operation.step != wal::StepKind::OrderCancel) return false;
    const bool closed = entry == nullptr || execution::is_closed(entry->order.status);
    return (order_unknown || closed) && (operation.sequence < start_ || operation.unresolved);
}

/// Whether our books know it as open, not as unresolved.
bool LiveRecovery::is_known_open(const Hearing& hearing) const {
    const auto stand = stands_.find(hearing.operation.op_id);
    return stand != stands_.end() && stand->second.status != execution::OrderStatus::Unresolved;
}

/// Whether news of the order came while the venue was asked: what was concluded is old then.
bool LiveRecovery::has_moved(const Hearing& hearing) {
    const auto stand = stands_.find(hearing.operation.op_id);
    if (stand == stands_.end()) return false;
    const OrderEntry* entry = trading_.orders.find(hearing.operation.client_order_id);
    if (entry == nullptr || entry->order.status != stand->second.status ||
        entry->order.filled_qty != stand->second.filled_qty)
        return true;
    return entry->cancel_underway && is_known_open(hearing);
}

Status LiveRecovery::check_decisions(const RecoveryReport& report, const RecoverOptions& options) {
    for (const auto& named : options.decisions) {
        const OpId op_id = named.first;
        const auto at = std::find_if(
            report.operations.begin(), report.operations.end(), [op_id](const Hearing& hearing) {
                return hearing.operation.op_id == op_id;
            });
        if (at == report.operations.end() || is_known_open(*at)) return unknown_decision(op_id);
        if (has_moved(*at))
            return fail(
                ErrorCode::BadState,
                "news of operation " + std::to_string(op_id.value) + " came meanwhile: look again");
    }
    return {};
}

/// An order that the run sent while the venue was asked is in the log, though not in what was read
/// of it then.
Status LiveRecovery::drop_known_orphans(RecoveryReport& report) {
    if (report.orphans.empty()) return {};
    if (auto ready = errands_.wait_for_books(); !ready) return ready;
    auto books = ledger::Reader::open(disk_, paths_.ledger());
    if (!books) return fail(books.error());
    const auto left = engine::drop_known_orphans(*books, report.orphans);
    return left ? Status{} : fail(left.error());
}

/// What was told and halted once is not put on record again.
RecoveryReport LiveRecovery::without_booked_orphans(RecoveryReport report) {
    std::erase_if(report.orphans, [this](const Orphan& orphan) {
        return !orphans_booked_.emplace(market::id_text(orphan.report.client_order_id)).second;
    });
    orphans_found_ += report.orphans.size();
    return report;
}

Expected<RecoveryReport> LiveRecovery::recover(RecoverOptions options, Scope scope) {
    if (auto ready = errands_.wait_for_books(); !ready) return fail(ready.error());
    auto books = ledger::Reader::open(disk_, paths_.ledger());
    if (!books) return fail(books.error());
    options.orphan_fills = false;  // the start looked, and this run keeps its own log
    stands_.clear();
    options.wanted = [this, scope](const recovery::Unfinished& operation) {
        return is_wanted(operation, scope);
    };
    Recovery recovery(
        trading_,
        *books,
        [this](std::uint32_t exchange, const Question& question) {
            return errands_.ask(exchange, question);
        },
        [this] { return errands_.wait_a_turn(); });
    auto report = recovery.examine(options);
    if (!report) return fail(report.error());
    if (auto sure = drop_known_orphans(*report); !sure) return fail(sure.error());
    // From here on nothing is waited for until all is booked.
    if (auto fit = check_decisions(*report, options); !fit) return fail(fit.error());
    std::erase_if(report->operations, [this](const Hearing& hearing) {
        const bool told = hearing.verdict.outcome != recovery::Outcome::Unresolved;
        return has_moved(hearing) || (is_known_open(hearing) && !told);
    });
    auto booked = recovery.book(without_booked_orphans(*report), options, pipeline_);
    if (!booked) return fail(booked.error());
    if (auto durable = errands_.make_durable(); !durable) {
        return fail(ErrorCode::OutcomeUnknown,
                    "what was decided may not be on record: " + durable.error().message);
    }
    return report;
}

}  // namespace tradectl::engine
