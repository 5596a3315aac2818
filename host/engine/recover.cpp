// Asking and deciding; what is booked is in recover_book.cpp.
#include "host/engine/recover.hpp"

#include "host/base/log.hpp"
#include "host/base/mutant.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::engine {

namespace {

using recovery::Outcome;

/// Between two tries at a venue that says nothing useful.
constexpr std::int64_t kRetryNs = 500 * kNsPerMillisecond;

bool is_order(const Hearing& hearing) {
    return hearing.operation.step == wal::StepKind::TradeExecute;
}

bool is_silent(const Hearing& hearing) {
    const auto& looks = hearing.evidence.looks;
    return !looks.empty() && looks.back().answer == recovery::Look::Answer::Silent;
}

/// Until the venue's clock should show the time from which asking again may help.
std::int64_t wait_for(const Hearing& hearing, const Interview& interview) {
    const Timestamp told = interview.venue_time(*hearing.exchange);
    const Timestamp due = hearing.verdict.ask_again;
    if (told.is_none() || due.is_none()) return kRetryNs;
    return std::max<std::int64_t>(due.minus(told), 0);
}

Status not_unfinished(OpId op_id, const RecoverOptions& options) {
    const bool beside_a_run = options.wanted || options.before.value != UINT64_MAX;
    return fail(ErrorCode::InvalidArgument,
                "operation " + std::to_string(op_id.value) + " is not unfinished" +
                    (beside_a_run ? ", or a live run has it under way" : ""));
}

/// What the log knows for certain no decision can undo.
Status check_decision(const recovery::Unfinished& operation, Outcome outcome) {
    if (outcome == Outcome::Completed) return {};
    const std::string what = "operation " + std::to_string(operation.op_id.value) + ": ";
    if (operation.filled_qty.is_positive()) {
        return fail(ErrorCode::InvalidArgument,
                    what + operation.filled_qty.to_string() +
                        " of it is filled and booked: only completed can be true");
    }
    const bool acknowledged = operation.order_status == TRADECTL_ORDER_STATUS_ACKNOWLEDGED;
    if (outcome == Outcome::RolledBack && acknowledged) {
        return fail(ErrorCode::InvalidArgument,
                    what + "the venue acknowledged it: completed or failed can be true");
    }
    return {};
}

}  // namespace

bool changes_books(const Hearing& hearing) {
    const auto& operation = hearing.operation;
    switch (hearing.verdict.outcome) {
        case Outcome::Unresolved: return false;
        case Outcome::Open: {
            const bool known = operation.order_status == TRADECTL_ORDER_STATUS_ACKNOWLEDGED ||
                               operation.order_status == TRADECTL_ORDER_STATUS_PARTIALLY_FILLED;
            return !known || hearing.evidence.order->filled_qty != operation.filled_qty;
        }
        default: return true;
    }
}

std::size_t RecoveryReport::count(Outcome outcome) const {
    return static_cast<std::size_t>(
        std::count_if(operations.begin(), operations.end(), [&](const Hearing& hearing) {
            return hearing.verdict.outcome == outcome;
        }));
}

std::size_t RecoveryReport::changes() const {
    return static_cast<std::size_t>(
        std::count_if(operations.begin(), operations.end(), changes_books));
}

Expected<Hearing> Recovery::hearing_of(const ledger::UnfinishedOperation& row) {
    auto body = row.body();
    if (!body) return fail(body.error());
    Hearing hearing;
    std::optional<ledger::OrderRow> order;
    if (row.step == wal::StepKind::OrderCancel) {
        // The cancel's facts are those of the order that it aims at.
        if (const auto id = wal::parse_client_order_id(body->target_client_order_id)) {
            auto target = books_.order(id->op_id);
            if (!target) return fail(target.error());
            order = std::move(*target);
        }
    } else {
        auto own = books_.order(row.header.op_id);
        if (!own) return fail(own.error());
        order = std::move(*own);
    }
    auto operation = recovery::unfinished_of(row, order ? &*order : nullptr);
    if (!operation) return fail(operation.error());
    hearing.operation = std::move(*operation);
    for (std::uint32_t i = 0; i < trading_.exchanges.size(); ++i) {
        if (trading_.exchanges[i]->name() != hearing.operation.venue) continue;
        hearing.exchange = i;
        hearing.evidence.knows_since = trading_.exchanges[i]->knows_since();
    }
    hearing.account =
        trading_.table.find_account(hearing.operation.venue, hearing.operation.account)
            .value_or(TRADECTL_HANDLE_NONE);
    hearing.instrument =
        trading_.table.find(hearing.operation.instrument).value_or(TRADECTL_HANDLE_NONE);
    return hearing;
}

Expected<std::vector<Hearing>> Recovery::list_unfinished(const RecoverOptions& options) {
    auto rows = books_.unfinished_operations();
    if (!rows) return fail(rows.error());
    std::vector<Hearing> hearings;
    for (auto& row : *rows) {
        if (row.header.sequence >= options.before && !mutant("engine.live_run")) continue;
        if (options.only && row.header.op_id != *options.only) continue;
        auto hearing = hearing_of(row);
        if (!hearing) return fail(hearing.error());
        if (options.wanted && !options.wanted(hearing->operation)) continue;
        hearings.push_back(std::move(*hearing));
        rows_.insert_or_assign(row.header.op_id, std::move(row));
    }
    return hearings;
}

recovery::Policy Recovery::policy_of(const Hearing& hearing) const {
    recovery::Policy policy;
    for (const auto& exchange : trading_.config.exchanges) {
        if (exchange.name == hearing.operation.venue)
            policy.never_arrived_after_ns = exchange.never_arrived_after_ns;
    }
    return policy;
}

/// Decides each; `open` keeps those that asking again may settle.
void Recovery::decide_all(std::vector<Hearing*>& open) const {
    for (Hearing* hearing : open) {
        hearing->verdict =
            recovery::decide(hearing->operation, hearing->evidence, policy_of(*hearing));
    }
    std::erase_if(open, [](const Hearing* hearing) {
        return hearing->verdict.outcome != Outcome::Unresolved ||
               (hearing->verdict.ask_again.is_none() && !is_silent(*hearing));
    });
}

Status Recovery::pause(std::int64_t wait_ns) {
    const Timestamp end = trading_.clock.now().plus_ns(wait_ns);
    do {
        if (auto waited = wait_(); !waited) return waited;
    } while (trading_.clock.now() < end);
    return {};
}

Status Recovery::hear_all(Interview& interview,
                          RecoveryReport& report,
                          const RecoverOptions& options) {
    std::vector<Hearing*> open;
    for (auto& hearing : report.operations)
        open.push_back(&hearing);
    const Timestamp start = trading_.clock.now();
    std::map<std::uint32_t, Timestamp> venue_start;
    for (;;) {
        std::vector<Hearing*> asked;
        for (Hearing* hearing : open) {
            if (!options.offline && recovery::needs_venue(hearing->operation))
                asked.push_back(hearing);
        }
        if (auto looked = interview.look(asked); !looked) return looked;
        decide_all(open);
        if (options.offline) return {};
        const std::int64_t spent_ns = trading_.clock.now().minus(start);
        std::int64_t wait_ns = INT64_MAX;
        std::erase_if(open, [&](const Hearing* hearing) {
            if (!hearing->exchange || interview.unanswered().contains(*hearing->exchange))
                return true;
            const Timestamp told = interview.venue_time(*hearing->exchange);
            const Timestamp first = venue_start.emplace(*hearing->exchange, told).first->second;
            const std::int64_t there_ns = told.is_none() ? 0 : told.minus(first);
            const std::int64_t needed_ns = wait_for(*hearing, interview);
            if (std::max(spent_ns, there_ns) + needed_ns > options.wait_ns) return true;
            wait_ns = std::min(wait_ns, needed_ns);
            return false;
        });
        if (open.empty()) return {};
        if (auto paused = pause(wait_ns); !paused) return paused;
    }
}

Expected<bool> Recovery::is_known_fill(const Hearing& hearing, const tradectl_fill_report& fill) {
    const auto& operation = hearing.operation;
    const auto venue_order_id = market::id_text(fill.venue_order_id);
    if (!venue_order_id.empty()) {
        auto known = books_.knows_venue_order(operation.venue, operation.account, venue_order_id);
        if (!known || *known) return known;
    }
    auto booked = books_.find_fill(operation.venue,
                                   operation.account,
                                   {.instrument = operation.instrument,
                                    .trade_id = std::string(market::id_text(fill.trade_id)),
                                    .venue_order_id = std::string(venue_order_id),
                                    .side = fill.side});
    if (!booked) return fail(booked.error());
    return booked->has_value();
}

/// An operator decides what neither the log nor the venue tells, and nothing else.
Status Recovery::take_decisions(RecoveryReport& report, const RecoverOptions& options) {
    for (const auto& named : options.decisions) {
        const OpId op_id = named.first;
        const auto at = std::find_if(
            report.operations.begin(), report.operations.end(), [op_id](const Hearing& hearing) {
                return hearing.operation.op_id == op_id;
            });
        if (at == report.operations.end()) return not_unfinished(op_id, options);
        if (at->verdict.outcome != Outcome::Unresolved && !mutant("engine.decision_needed")) {
            return fail(
                ErrorCode::InvalidArgument,
                "operation " + std::to_string(op_id.value) + ": there is nothing to decide: " +
                    std::string(recovery::to_string(at->verdict.outcome)) + ", " + at->verdict.why);
        }
        auto fits = check_decision(at->operation, named.second.outcome);
        if (!fits && !mutant("engine.decision_fits")) return fits;
        at->verdict = {.outcome = named.second.outcome,
                       .why = "an operator decided: " + named.second.reason,
                       .needs = {},
                       .approver = named.second.approver};
    }
    return {};
}

Expected<RecoveryReport> Recovery::examine(const RecoverOptions& options) {
    auto unfinished = list_unfinished(options);
    if (!unfinished) return fail(unfinished.error());
    RecoveryReport report;
    report.operations = std::move(*unfinished);
    if (options.only && report.operations.empty()) {
        const auto unknown = not_unfinished(*options.only, options);
        return fail(unknown.error());
    }
    Interview interview(ask_, [this](const Hearing& hearing, const tradectl_fill_report& fill) {
        return is_known_fill(hearing, fill);
    });
    if (auto heard = hear_all(interview, report, options); !heard) return fail(heard.error());
    if (auto taken = take_decisions(report, options); !taken) return fail(taken.error());
    if (!options.offline) {
        const auto since = fills_since(options);
        if (!since) return fail(since.error());
        if (auto found = find_orphans(interview, report, *since); !found)
            return fail(found.error());
    }
    for (const auto& [exchange, error] : interview.unanswered())
        report.unanswered.push_back(error);
    for (std::uint32_t i = 0; i < trading_.exchanges.size(); ++i)
        report.answered += interview.answered(i) ? 1U : 0U;
    std::stable_partition(report.operations.begin(), report.operations.end(), is_order);
    return report;
}

}  // namespace tradectl::engine
