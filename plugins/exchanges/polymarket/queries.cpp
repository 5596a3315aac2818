// The part of Polymarket that answers what the host asks about our orders and fills.
#include "bytes.hpp"
#include "polymarket.hpp"

#include <algorithm>
#include <utility>

namespace tradectl::polymarket {

namespace {
std::uint32_t status_of(const VenueOrder& order) {
    switch (order.state) {
        case OrderState::Canceled:
        case OrderState::CanceledResolved:
        case OrderState::Invalid:
        case OrderState::Unmatched: return TRADECTL_ORDER_STATUS_CANCELED;
        case OrderState::Matched: return TRADECTL_ORDER_STATUS_FILLED;
        default: break;
    }
    return order.size_matched.is_positive() ? TRADECTL_ORDER_STATUS_PARTIALLY_FILLED
                                            : TRADECTL_ORDER_STATUS_ACKNOWLEDGED;
}

std::uint8_t tif_of(std::string_view order_type) {
    if (order_type == "GTD") return TRADECTL_TIF_GTD;
    if (order_type == "FOK") return TRADECTL_TIF_FOK;
    return order_type == "FAK" ? TRADECTL_TIF_IOC : TRADECTL_TIF_GTC;
}

/// What one order traded.
struct Traded {
    Decimal quantity;
    Decimal value;
    Timestamp last = Timestamp::none();
    Side side = Side::None;

    Status add(const FillNews& fill) {
        if (fill.settlement == TRADECTL_SETTLEMENT_FAILED) return {};
        const auto cost = checked_mul(fill.quantity, fill.price, Rounding::HalfEven);
        const auto all = cost ? checked_add(value, *cost) : std::nullopt;
        const auto sum = checked_add(quantity, fill.quantity);
        if (!sum || !all) return fail(ErrorCode::Overflow, "fills are out of range");
        quantity = *sum;
        value = *all;
        last = std::max(last, fill.time);
        side = fill.side;
        return {};
    }
};
}  // namespace

Status Polymarket::open_orders(RequestId id, const Scope& scope) {
    if (Status ours = need_wallet("open_orders"); !ours) return ours;
    run(id, answer_open_orders(id, scope.account()));
    return {};
}

Status Polymarket::query_order(RequestId id, const OrderQuery& query) {
    if (Status ours = need_wallet("query_order"); !ours) return ours;
    if (is_transaction(query.identity())) {
        run(id,
            answer_transaction(
                id, std::string(query.identity()), std::string(query.venue_order_id())));
        return {};
    }
    std::string order_id;
    for (const std::string_view name : {query.identity(), query.venue_order_id()})
        if (order_id.empty() && parse_hash(name)) order_id = to_lower(name);
    if (const std::string* known = own_.find_by_client_id(query.client_order_id());
        order_id.empty() && known != nullptr)
        order_id = *known;
    if (order_id.empty()) {
        host().complete_failed(id,
                               {.code = ErrorCode::NotFound,
                                .text = "polymarket: the order's hash is not known",
                                .coverage = {.completeness = Completeness::Unknown}});
        return {};
    }
    run(id, answer_order(id, order_id, std::string(query.client_order_id()), query.instrument()));
    return {};
}

Status Polymarket::fills_since(RequestId id, const Scope& scope) {
    if (Status ours = need_wallet("fills_since"); !ours) return ours;
    run(id, answer_fills(id, scope.since()));
    return {};
}

Status Polymarket::server_time(RequestId id) {
    run(id, answer_time(id));
    return {};
}

Task<Status> Polymarket::answer_time(RequestId id) {
    if (Status read = co_await read_clock(); !read) co_return read;
    host().complete_server_time(id, venue_now());
    co_return Status{};
}

tradectl_order_report Polymarket::report_of(const VenueOrder& order) {
    tradectl_order_report report{};
    const OwnOrder* own = own_.find(order.id);
    report.instrument = instrument_of(order.asset_id).value_or(TRADECTL_HANDLE_NONE);
    report.account = own != nullptr ? own->account : account_;
    report.status = status_of(order);
    report.side = static_cast<std::uint8_t>(order.side);
    report.order_type = TRADECTL_ORDER_LIMIT;
    report.time_in_force = tif_of(order.order_type);
    report.price = order.price.to_abi();
    report.order_qty = order.original_size.to_abi();
    report.filled_qty = order.size_matched.to_abi();
    report.average_price = Decimal::null().to_abi();
    report.updated = order.updated.ns();
    if (own != nullptr) report.client_order_id = to_id(own->client_order_id);
    report.venue_order_id = to_id(to_lower(order.id));
    return report;
}

Task<Status> Polymarket::answer_open_orders(RequestId id, tradectl_account_handle account) {
    const Timestamp as_of = venue_now();
    std::vector<tradectl_order_report> reports;
    if (account != TRADECTL_HANDLE_NONE && account != account_) {
        host().complete_orders(id, reports, {Completeness::Complete, as_of});
        co_return Status{};
    }
    const RowVisit visit = [&](const JsonView& row) -> Status {
        const auto order = decode_order(row);
        if (!order) return fail(order.error());
        reports.push_back(report_of(*order));
        return {};
    };
    const std::string target = "/data/orders";
    if (Status read = co_await read_pages(target, visit); !read) co_return read;
    host().complete_orders(id, reports, {Completeness::Complete, as_of});
    co_return Status{};
}

Task<Status> Polymarket::answer_order(RequestId id,
                                      std::string order_id,
                                      std::string client_order_id,
                                      tradectl_instrument_handle instrument) {
    const Timestamp as_of = venue_now();
    const Call call{.target = "/data/order/" + order_id};
    const auto body = co_await read_private(call);
    if (!body && body.error().code != ErrorCode::NotFound) co_return fail(body.error());
    const auto json = body ? document_.parse(*body) : Expected<JsonView>(fail(body.error()));
    if (json && json->has("id")) {
        const auto order = decode_order(*json);
        if (!order) co_return fail(order.error());
        tradectl_order_report report = report_of(*order);
        if (report.instrument == TRADECTL_HANDLE_NONE) report.instrument = instrument;
        report.client_order_id = to_id(client_order_id);
        learn_order(order_id, *order, client_order_id, report.instrument);
        const tradectl_order_report items[] = {report};
        host().complete_orders(id, items, {Completeness::Complete, as_of});
        co_return Status{};
    }
    co_return co_await answer_ended_order(id, order_id, client_order_id, instrument);
}

/// An order of an earlier run: from here on its fills find their way.
void Polymarket::learn_order(std::string_view order_id,
                             const VenueOrder& told,
                             std::string_view client_order_id,
                             tradectl_instrument_handle instrument) {
    if (own_.find(order_id) != nullptr || client_order_id.empty()) return;
    OwnOrder order;
    order.client_order_id = client_order_id;
    order.asset_id = told.asset_id;
    order.instrument = instrument;
    order.account = account_;
    order.side = told.side;
    order.time_in_force = static_cast<TimeInForce>(tif_of(told.order_type));
    order.price = told.price;
    order.quantity = told.original_size;
    order.changed = venue_now();
    order.sent = told.created.is_none() ? order.changed : told.created;
    order.is_sent = order.is_known = true;
    remember(order_id, order);
    own_.put(order_id, std::move(order));
}

/// Not open: what it traded says what became of it.
Task<Status> Polymarket::answer_ended_order(RequestId id,
                                            const std::string& order_id,
                                            const std::string& client_order_id,
                                            tradectl_instrument_handle instrument) {
    const Timestamp as_of = venue_now();
    std::string target = "/data/trades";
    if (const auto listing = host().instrument(instrument))
        target += "?asset_id=" + std::string(listing->venue_symbol());
    Traded traded;
    const IsOurs is_ours = own_.is_ours(order_id);
    const RowVisit visit = [&](const JsonView& row) -> Status {
        const auto trade = decode_trade(row);
        if (!trade) return fail(trade.error());
        for (const FillNews& fill : fills_of(*trade, api_key_, is_ours))
            if (fill.order_id == order_id)
                if (Status added = traded.add(fill); !added) return added;
        return {};
    };
    if (Status read = co_await read_pages(target, visit); !read) co_return read;
    if (traded.quantity.is_zero()) {
        host().complete_failed(
            id,
            {.code = ErrorCode::NotFound,
             .text = "neither open nor traded",
             .coverage = {.completeness = Completeness::Complete, .as_of = as_of}});
        co_return Status{};
    }
    const OwnOrder* own = own_.find(order_id);
    tradectl_order_report report{};
    report.instrument = instrument;
    report.account = own != nullptr ? own->account : account_;
    const Decimal quantity = own != nullptr ? own->quantity : Decimal::null();
    report.status = own != nullptr && traded.quantity >= quantity ? TRADECTL_ORDER_STATUS_FILLED
                                                                  : TRADECTL_ORDER_STATUS_CANCELED;
    report.side = static_cast<std::uint8_t>(traded.side);
    report.order_type = TRADECTL_ORDER_LIMIT;
    report.time_in_force =
        static_cast<std::uint8_t>(own != nullptr ? own->time_in_force : TimeInForce::Gtc);
    report.price = (own != nullptr ? own->price : Decimal::null()).to_abi();
    report.order_qty = quantity.to_abi();
    report.filled_qty = traded.quantity.to_abi();
    report.average_price = checked_div(traded.value, traded.quantity, Rounding::HalfEven)
                               .value_or(Decimal::null())
                               .to_abi();
    report.updated = traded.last.ns();
    report.client_order_id = to_id(client_order_id);
    report.venue_order_id = to_id(order_id);
    const tradectl_order_report items[] = {report};
    host().complete_orders(id, items, {Completeness::Complete, as_of});
    co_return Status{};
}

std::vector<tradectl_fill_report> Polymarket::reports_of(const VenueTrade& trade) {
    std::vector<tradectl_fill_report> out;
    for (const FillNews& fill : fills_of(trade, api_key_, own_.is_ours())) {
        if (fill.settlement == TRADECTL_SETTLEMENT_FAILED) continue;
        const OwnOrder* own = own_.find(fill.order_id);
        // A maker's own token may be the other outcome of the market.
        std::string_view token = trade.asset_id;
        for (const MakerFill& maker : trade.makers)
            if (fill.liquidity == Liquidity::Maker && !maker.asset_id.empty() &&
                equals_ignoring_case(maker.order_id, fill.order_id))
                token = maker.asset_id;
        // Of a market that is no instrument of the host it is told all the same, without one.
        const auto instrument = instrument_of(token).value_or(TRADECTL_HANDLE_NONE);
        const auto listing = host().instrument(instrument);
        tradectl_fill_report report{};
        report.instrument = instrument;
        report.account = own != nullptr ? own->account : account_;
        report.side = static_cast<std::uint8_t>(fill.side);
        report.liquidity = static_cast<std::uint8_t>(fill.liquidity);
        report.settlement = fill.settlement;
        report.price = fill.price.to_abi();
        report.quantity = fill.quantity.to_abi();
        report.fee = fee_of(fill, instrument).to_abi();
        report.time = fill.time.ns();
        report.trade_id = to_id(fill.trade_id);
        if (own != nullptr) report.client_order_id = to_id(own->client_order_id);
        report.venue_order_id = to_id(fill.order_id);
        report.fee_asset = to_id(listing ? listing->quote() : defaults::kCollateralAsset);
        report.realized_pnl = Decimal::null().to_abi();
        out.push_back(report);
    }
    return out;
}

Task<Status> Polymarket::answer_fills(RequestId id, Timestamp since) {
    const Timestamp as_of = venue_now();
    std::vector<VenueTrade> trades;
    std::string target = "/data/trades";
    // The venue's bound is in whole seconds and leaves its own second out.
    if (!since.is_none())
        target +=
            "?after=" + std::to_string(std::max<std::int64_t>(since.ns() / kNsPerSecond - 1, 0));
    const RowVisit visit = [&](const JsonView& row) -> Status {
        auto trade = decode_trade(row);
        if (!trade) return fail(trade.error());
        trades.push_back(std::move(*trade));
        return {};
    };
    if (Status read = co_await read_pages(target, visit); !read) co_return read;
    std::vector<tradectl_fill_report> reports;
    for (const VenueTrade& trade : trades) {
        const auto instrument = without_fee(trade);
        if (instrument)
            if (Status known = co_await learn_fee(*instrument, trade.market); !known)
                co_return known;
        for (const tradectl_fill_report& report : reports_of(trade))
            if (since.is_none() || report.time >= since.ns()) reports.push_back(report);
    }
    std::stable_sort(reports.begin(), reports.end(), [](const auto& a, const auto& b) {
        return a.time < b.time;
    });
    host().complete_fills(id, reports, {Completeness::Complete, as_of});
    co_return Status{};
}

}  // namespace tradectl::polymarket
