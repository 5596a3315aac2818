// The part of Paper that answers questions. The venue knows everything, so every answer is complete
// as of now; a list that goes on gives a cursor, and one whose beginning was dropped is partial.
#include "paper.hpp"
#include "reports.hpp"
#include "store.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace tradectl::paper {

namespace {
constexpr std::uint32_t kFillsMax = 1000;  // in one answer
}

Status Paper::connect(RequestId id) {
    if (Status started = check_started(); !started) return started;
    host().complete_ok(id);
    return {};
}

Status Paper::disconnect(RequestId id) {
    host().complete_ok(id);
    return {};
}

Status Paper::subscribe(RequestId id, std::span<const Subscription>) {
    host().complete_ok(id);  // it has no market of its own: what it is fed everyone sees
    return {};
}

Status Paper::load_instruments(RequestId id) {
    if (Status started = check_started(); !started) return started;
    advance_to_now();
    recorder_->update_stored(directory_->refresh_markets());
    std::vector<tradectl_instrument> items;
    host().each_instrument([&](const Instrument& instrument) {
        if (directory_->market(instrument.handle()) != kNoIndex) items.push_back(instrument.raw());
    });
    host().complete_instruments(id, items, complete_now());
    end_call();
    return {};
}

Status Paper::server_time(RequestId id) {
    if (Status started = check_started(); !started) return started;
    advance_to_now();
    host().complete_server_time(id, time_);
    end_call();
    return {};
}

Status Paper::query_order(RequestId id, const OrderQuery& query) {
    if (Status started = check_started(); !started) return started;
    advance_to_now();
    std::string client_order_id(query.client_order_id());
    if (client_order_id.empty()) client_order_id = query.identity();
    if (client_order_id.empty()) client_order_id = recorder_->client_id_of(query.venue_order_id());
    std::optional<Order> order = recorder_->find_closed(client_order_id);
    if (const Order* open = venue_->find_open(client_order_id)) order = *open;
    const AccountIndex account = directory_->account(query.account());
    const bool other = order && query.account() != kNoHandle && account != order->terms.account;
    if (order && !other) {
        const tradectl_order_report report = order_report(*order, *directory_);
        host().complete_orders(id, {&report, 1}, complete_now());
    } else {
        const bool forgotten = recorder_->is_forgotten(client_order_id, query.venue_order_id());
        host().complete_failed(
            id,
            {.code = ErrorCode::NotFound,
             .text = forgotten ? "the order is closed and no longer kept" : "no such order",
             .reason = TRADECTL_REASON_UNKNOWN_ORDER,
             .coverage = forgotten ? partial_now() : complete_now()});
    }
    end_call();
    return {};
}

bool Paper::covers(const Scope& scope, AccountIndex account, MarketIndex market) const {
    if (scope.account() != kNoHandle && directory_->account(scope.account()) != account)
        return false;
    return scope.instrument() == kNoHandle || directory_->market(scope.instrument()) == market;
}

Status Paper::open_orders(RequestId id, const Scope& scope) {
    if (Status started = check_started(); !started) return started;
    advance_to_now();
    std::vector<tradectl_order_report> items;
    for (const auto& [number, order] : venue_->orders())
        if (covers(scope, order.terms.account, order.terms.market))
            items.push_back(order_report(order, *directory_));
    host().complete_orders(id, items, complete_now());
    end_call();
    return {};
}

/// A position in a cash market is what the account has of the base asset.
/// In a margin market it is what its fills made.
Status Paper::positions(RequestId id, const Scope& scope) {
    if (Status started = check_started(); !started) return started;
    advance_to_now();
    std::vector<tradectl_position_report> items;
    const Accounts& accounts = venue_->accounts();
    for (AccountIndex account = 0; account < accounts.account_count(); ++account) {
        for (MarketIndex market = 0; market < venue_->market_count(); ++market) {
            if (venue_->listing(market).is_margin()) {
                if (!venue_->position(account, market).is_flat() && covers(scope, account, market))
                    items.push_back(position_report(account, market, *venue_, *directory_, time_));
                continue;
            }
            const Decimal quantity = accounts.get(account, venue_->listing(market).base).total;
            if (quantity.is_zero() || !covers(scope, account, market)) continue;
            tradectl_position_report report{};
            report.instrument = directory_->instrument_handle(market);
            report.account = directory_->account_handle(account);
            report.quantity = quantity.to_abi();
            report.average_price = Decimal::null().to_abi();
            report.updated = time_.ns();
            items.push_back(report);
        }
    }
    host().complete_positions(id, items, complete_now());
    end_call();
    return {};
}

Status Paper::balances(RequestId id, const Scope& scope) {
    if (Status started = check_started(); !started) return started;
    advance_to_now();
    std::vector<tradectl_balance_report> items;
    const Accounts& accounts = venue_->accounts();
    for (AccountIndex account = 0; account < accounts.account_count(); ++account) {
        if (scope.account() != kNoHandle && directory_->account(scope.account()) != account)
            continue;
        for (AssetIndex asset = 0; asset < accounts.asset_count(); ++asset)
            items.push_back(balance_report(account, asset, *venue_, *directory_, time_));
    }
    host().complete_balances(id, items, complete_now());
    end_call();
    return {};
}

/// Fills are numbered in order of time and without gaps, so that a time is found by halving.
std::uint64_t Paper::last_fill_before(Timestamp since) const {
    std::uint64_t before = recorder_->history().marks().fills_first - 1;
    std::uint64_t at_or_after = venue_->counters().fills + 1;
    while (at_or_after - before > 1) {
        const std::uint64_t middle = before + (at_or_after - before) / 2;
        const auto fill = recorder_->find_fill(middle);
        (fill && fill->time < since ? before : at_or_after) = middle;
    }
    return before;
}

namespace {
/// Ends the cursor of an answer whose beginning is not kept any more.
constexpr char kCutMark = '!';

/// The number of a fill, and the mark. InvalidArgument.
struct FillCursor {
    std::uint64_t after = 0;
    bool is_cut = false;
};
Expected<FillCursor> read_cursor(std::string_view text) {
    FillCursor cursor;
    cursor.is_cut = text.back() == kCutMark;
    if (cursor.is_cut) text.remove_suffix(1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), cursor.after);
    if (error == std::errc{} && end == text.data() + text.size()) return cursor;
    return fail(ErrorCode::InvalidArgument, "fills: not a cursor of this venue");
}
}  // namespace

/// Where an answer begins, and whether fills that belong to it were dropped.
Expected<Paper::FillRange> Paper::fill_range(const Scope& scope) const {
    const HistoryMarks& marks = recorder_->history().marks();
    const bool dropped = marks.fills_first > 1;
    FillRange range{marks.fills_first - 1, dropped};
    if (!scope.cursor().empty()) {
        const auto cursor = read_cursor(scope.cursor());
        if (!cursor) return fail(cursor.error());
        range = {std::max(cursor->after, range.after),
                 cursor->is_cut || cursor->after < range.after};
    } else if (!scope.since().is_none()) {
        range = {last_fill_before(scope.since()), dropped && scope.since() <= marks.dropped_until};
    }
    return range;
}

Status Paper::fills_since(RequestId id, const Scope& scope) {
    if (Status started = check_started(); !started) return started;
    advance_to_now();
    const auto range = fill_range(scope);
    if (!range) return fail(range.error());
    std::uint64_t after = range->after;
    const std::uint32_t limit = scope.limit() == 0 ? kFillsMax : std::min(scope.limit(), kFillsMax);
    const std::uint64_t last = venue_->counters().fills;
    std::vector<tradectl_fill_report> items;
    for (; after < last && items.size() < limit; ++after) {
        const auto fill = recorder_->find_fill(after + 1);
        if (!fill) return fail(ErrorCode::Corrupt, "store: fill is missing");
        if (covers(scope, fill->account, fill->market))
            items.push_back(fill_report(*fill, *venue_, *directory_));
    }
    std::string next = after < last ? std::to_string(after) : std::string{};
    if (!next.empty() && range->is_cut) next += kCutMark;
    Coverage coverage = range->is_cut ? partial_now() : complete_now();
    coverage.cursor = next;
    host().complete_fills(id, items, coverage);
    end_call();
    return {};
}

}  // namespace tradectl::paper
