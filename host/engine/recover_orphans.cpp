// Orders at venues that carry our id although the log does not know them.
#include "host/base/mutant.hpp"
#include "host/engine/recover.hpp"
#include "host/engine/session_parts.hpp"
#include "host/recovery/orphans.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::engine {

namespace {

/// Whether the books have the order under that id: one of an earlier log may name an operation of
/// this one.
Expected<bool> is_known(ledger::Reader& books, const Orphan& orphan) {
    auto row = books.order(orphan.op_id);
    if (!row) return fail(row.error());
    return *row && ((*row)->client_order_id == market::id_text(orphan.report.client_order_id) ||
                    mutant("engine.orphan_epoch"));
}

/// As far as a fill tells of its order.
tradectl_order_report report_of(const tradectl_fill_report& fill) {
    tradectl_order_report report{};
    report.instrument = fill.instrument;
    report.account = fill.account;
    report.side = fill.side;
    report.filled_qty = fill.quantity;
    report.client_order_id = fill.client_order_id;
    report.venue_order_id = fill.venue_order_id;
    return report;
}

bool is_named(const std::vector<Orphan>& orphans, std::string_view client_order_id) {
    return std::any_of(orphans.begin(), orphans.end(), [&](const Orphan& orphan) {
        return market::id_text(orphan.report.client_order_id) == client_order_id;
    });
}

/// Nothing more is said of a venue that stopped answering.
void tell_not_listed(const Trading& trading,
                     const Interview& interview,
                     std::uint32_t exchange,
                     const std::string& problem,
                     RecoveryReport& report) {
    if (interview.unanswered().contains(exchange)) return;
    report.not_listed.push_back({ErrorCode::Unavailable,
                                 "exchange '" + trading.exchanges[exchange]->name() +
                                     "': " + problem + ": orders that the log lost may be there"});
}

/// What stays open since the store that should tell of it is younger than the order.
bool waits_for_lost_store(const Hearing& hearing, std::uint32_t exchange) {
    const Timestamp since = hearing.evidence.knows_since;
    return hearing.exchange == exchange && !since.is_none() &&
           hearing.operation.order_time < since &&
           hearing.verdict.outcome == recovery::Outcome::Unresolved;
}

/// It may have held more than what the log still asks about.
void tell_new_store(const Trading& trading,
                    const Interview& interview,
                    std::uint32_t exchange,
                    RecoveryReport& report) {
    const bool waits = std::any_of(
        report.operations.begin(), report.operations.end(), [exchange](const Hearing& hearing) {
            return waits_for_lost_store(hearing, exchange);
        });
    if (!waits) return;
    const Timestamp made = trading.exchanges[exchange]->knows_since();
    tell_not_listed(trading,
                    interview,
                    exchange,
                    "its own store is new (made " + made.to_string() + ")",
                    report);
}

}  // namespace

Expected<std::size_t> drop_known_orphans(ledger::Reader& books, std::vector<Orphan>& orphans) {
    std::vector<Orphan> left;
    for (Orphan& orphan : orphans) {
        const auto known = is_known(books, orphan);
        if (!known) return fail(known.error());
        if (!*known) left.push_back(orphan);
    }
    orphans = std::move(left);
    return orphans.size();
}

/// What a log can have lost unseen is what stood behind its end: a day before its last note, since
/// clocks may have been set back. None: fills are not looked at.
Expected<Timestamp> Recovery::fills_since(const RecoverOptions& options) {
    if (!options.orphan_fills || mutant("engine.orphan_fills")) return Timestamp::none();
    auto last = books_.last_note_time();
    if (!last || last->is_none()) return last;
    return last->plus_ns(-kNsPerDay);
}

Status Recovery::judge(RecoveryReport& report, Orphan orphan) {
    const auto id = market::id_text(orphan.report.client_order_id);
    const auto op_id = recovery::decode_own(id, trading_.identity);
    if (!op_id || is_named(report.orphans, id)) return {};
    orphan.op_id = *op_id;
    const auto known = is_known(books_, orphan);
    if (!known) return fail(known.error());
    if (!*known) report.orphans.push_back(orphan);
    return {};
}

Status Recovery::find_orphan_fills(Interview& interview,
                                   RecoveryReport& report,
                                   std::uint32_t exchange,
                                   Timestamp since) {
    const auto fills = interview.fills(exchange, since);
    if (!fills) return fail(fills.error());
    if (!fills->complete) tell_not_listed(trading_, interview, exchange, fills->problem, report);
    std::string_view last;  // fills of an order come together
    for (const auto& fill : fills->items) {
        const auto id = market::id_text(fill.client_order_id);
        const auto parsed = wal::parse_client_order_id(id);
        // What an earlier log did is over: it was left behind with its fills.
        if (id == last || !parsed || parsed->epoch < trading_.identity.epoch) continue;
        last = id;
        auto judged = judge(report, {exchange, {}, report_of(fill), Orphan::Seen::Filled});
        if (!judged) return judged;
    }
    return {};
}

Status Recovery::find_orphans(Interview& interview, RecoveryReport& report, Timestamp fills_since) {
    for (std::uint32_t exchange = 0; exchange < trading_.exchanges.size(); ++exchange) {
        tell_new_store(trading_, interview, exchange, report);
        const auto orders = interview.open_orders(exchange);
        if (!orders) return fail(orders.error());
        if (!orders->offered && !is_traded(trading_.config, exchange)) continue;
        if (!orders->complete)
            tell_not_listed(trading_, interview, exchange, orders->problem, report);
        for (const auto& order : orders->items) {
            if (auto judged = judge(report, {exchange, {}, order}); !judged) return judged;
        }
        if (fills_since.is_none()) continue;
        if (auto found = find_orphan_fills(interview, report, exchange, fills_since); !found)
            return found;
    }
    return {};
}

}  // namespace tradectl::engine
