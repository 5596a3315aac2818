// Asking and deciding; what is booked is in recover_book.cpp.
#include "host/engine/recover.hpp"

#include "host/base/log.hpp"
#include "host/base/mutant.hpp"
#include "host/recovery/orphans.hpp"

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
        if (trading_.exchanges[i]->name() == hearing.operation.venue) hearing.exchange = i;
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
void Recovery::decide_all(std::vector<Hearing*>& open, const RecoverOptions& options) const {
    for (Hearing* hearing : open) {
        const auto decision = options.decisions.find(hearing->operation.op_id);
        if (decision != options.decisions.end()) {
            hearing->verdict = {.outcome = decision->second.outcome,
                                .why = "an operator decided: " + decision->second.reason,
                                .needs = {},
                                .approver = decision->second.approver};
            continue;
        }
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
            if (!options.offline && recovery::needs_venue(hearing->operation) &&
                !options.decisions.contains(hearing->operation.op_id))
                asked.push_back(hearing);
        }
        if (auto looked = interview.look(asked); !looked) return looked;
        decide_all(open, options);
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

Status Recovery::find_orphans(Interview& interview, RecoveryReport& report) {
    for (std::uint32_t exchange = 0; exchange < trading_.exchanges.size(); ++exchange) {
        auto orders = interview.open_orders(exchange);
        if (!orders) return fail(orders.error());
        if (!*orders) {
            report.not_listed.push_back(exchange);
            continue;
        }
        for (const auto& order : **orders) {
            const auto id = market::id_text(order.client_order_id);
            const auto op_id = recovery::decode_own(id, trading_.identity);
            if (!op_id) continue;
            auto row = books_.order(*op_id);
            if (!row) return fail(row.error());
            // An id of an earlier log may name an operation of this one.
            if (*row && ((*row)->client_order_id == id || mutant("engine.orphan_epoch"))) continue;
            report.orphans.push_back({exchange, *op_id, order});
        }
    }
    return {};
}

Expected<RecoveryReport> Recovery::examine(const RecoverOptions& options) {
    auto unfinished = list_unfinished(options);
    if (!unfinished) return fail(unfinished.error());
    RecoveryReport report;
    report.operations = std::move(*unfinished);
    Interview interview(trading_, ask_);
    if (auto heard = hear_all(interview, report, options); !heard) return fail(heard.error());
    if (!options.offline) {
        if (auto found = find_orphans(interview, report); !found) return fail(found.error());
    }
    for (const auto& [exchange, error] : interview.unanswered())
        report.unanswered.push_back(error);
    for (std::uint32_t i = 0; i < trading_.exchanges.size(); ++i)
        report.answered += interview.answered(i) ? 1U : 0U;
    std::stable_partition(report.operations.begin(), report.operations.end(), is_order);
    return report;
}

}  // namespace tradectl::engine
