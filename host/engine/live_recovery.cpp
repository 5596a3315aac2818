#include "host/engine/live_recovery.hpp"

#include "host/base/log.hpp"
#include "host/ledger/reader.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::engine {

namespace {

/// For all the questions of one look.
constexpr std::int64_t kLookNs = kNsPerMinute;

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
    errands_.set_deadline(trading_.clock.now().plus_ns(kLookNs));
    if (auto recovered = recover({}); !recovered)
        log(LogLevel::Warning, "recovery", "asked again: " + recovered.error().message);
    asking_ = false;
    seen_ = pipeline_.gate().blocked_count();
    due_ns_ = trading_.clock.monotonic_ns() + wait_ns_;
    wait_ns_ = std::min(2 * wait_ns_, kLongestNs);
}

/// Orders of unknown fate, and the cancels that hang on them.
bool LiveRecovery::is_unresolved(const recovery::Unfinished& operation) {
    const OrderEntry* entry = trading_.orders.find(operation.client_order_id);
    const bool order_unknown =
        entry != nullptr && entry->order.status == execution::OrderStatus::Unresolved;
    if (operation.step == wal::StepKind::TradeExecute) return order_unknown;
    if (operation.step != wal::StepKind::OrderCancel) return false;
    const bool closed = entry == nullptr || execution::is_closed(entry->order.status);
    return (order_unknown || closed) && (operation.sequence < start_ || operation.unresolved);
}

/// Whether news of the order came while the venue was asked: what was concluded is old then.
bool LiveRecovery::has_moved(const Hearing& hearing) {
    if (hearing.operation.step != wal::StepKind::TradeExecute) return false;
    const OrderEntry* entry = trading_.orders.find(hearing.operation.client_order_id);
    return entry == nullptr || entry->order.status != execution::OrderStatus::Unresolved ||
           entry->order.filled_qty != hearing.operation.filled_qty;
}

Status LiveRecovery::drop_moved(RecoveryReport& report, const RecoverOptions& options) {
    for (const auto& named : options.decisions) {
        const OpId op_id = named.first;
        const auto at = std::find_if(
            report.operations.begin(), report.operations.end(), [op_id](const Hearing& hearing) {
                return hearing.operation.op_id == op_id;
            });
        if (at == report.operations.end()) return unknown_decision(op_id);
        if (has_moved(*at))
            return fail(
                ErrorCode::BadState,
                "news of operation " + std::to_string(op_id.value) + " came meanwhile: look again");
    }
    std::erase_if(report.operations, [this](const Hearing& hearing) { return has_moved(hearing); });
    return {};
}

/// An order that the run sent while the venue was asked is in the log, though not in what was read
/// of it then.
Status LiveRecovery::drop_known_orphans(RecoveryReport& report) {
    if (report.orphans.empty()) return {};
    if (auto ready = errands_.wait_for_books(); !ready) return ready;
    auto books = ledger::Reader::open(disk_, paths_.ledger());
    if (!books) return fail(books.error());
    std::vector<Orphan> left;
    for (const Orphan& orphan : report.orphans) {
        auto row = books->order(orphan.op_id);
        if (!row) return fail(row.error());
        const auto id = market::id_text(orphan.report.client_order_id);
        if (!*row || (*row)->client_order_id != id) left.push_back(orphan);
    }
    report.orphans = std::move(left);
    return {};
}

/// What was told and halted once is not put on record again.
RecoveryReport LiveRecovery::without_booked_orphans(RecoveryReport report) {
    std::erase_if(report.orphans, [this](const Orphan& orphan) {
        return !orphans_booked_.emplace(market::id_text(orphan.report.client_order_id)).second;
    });
    orphans_found_ += report.orphans.size();
    return report;
}

Expected<RecoveryReport> LiveRecovery::recover(RecoverOptions options) {
    if (auto ready = errands_.wait_for_books(); !ready) return fail(ready.error());
    auto books = ledger::Reader::open(disk_, paths_.ledger());
    if (!books) return fail(books.error());
    options.wanted = [this](const recovery::Unfinished& operation) {
        return is_unresolved(operation);
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
    if (auto still = drop_moved(*report, options); !still) return fail(still.error());
    auto booked = recovery.book(without_booked_orphans(*report), options, pipeline_);
    if (!booked) return fail(booked.error());
    if (auto durable = errands_.make_durable(); !durable) {
        return fail(ErrorCode::OutcomeUnknown,
                    "what was decided may not be on record: " + durable.error().message);
    }
    return report;
}

}  // namespace tradectl::engine
