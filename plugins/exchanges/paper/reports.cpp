#include "reports.hpp"

#include <tradectl/records.hpp>
#include <tradectl/text.hpp>

#include <optional>

namespace tradectl::paper {

Decimal average_price(const Order& order) {
    if (order.filled.is_zero()) return Decimal::null();
    return checked_div(order.traded_value, order.filled, Rounding::HalfEven)
        .value_or(Decimal::null());
}

namespace {
struct AccountMoney {
    Decimal total;
    Decimal free;
    Decimal held;  ///< by open orders, and as margin of positions
};

AccountMoney money_of(AccountIndex account, AssetIndex asset, const Venue& venue) {
    const Balance balance = venue.accounts().get(account, asset);
    if (!venue.accounts().allows_debt(asset)) return {balance.total, balance.free(), balance.held};
    const auto use = venue.margin_use(account, asset);
    const auto held = use ? checked_add(balance.held, use->initial) : std::nullopt;
    return {balance.total,
            venue.free_of(account, asset, Venue::Profit::Unrealized),
            held.value_or(balance.held)};
}
}  // namespace

tradectl_order_event order_event(const Order& order, const Directory& directory) {
    auto event = make_event<tradectl_order_event>();
    event.header.instrument = directory.instrument_handle(order.terms.market);
    event.header.event_time = order.updated.ns();
    event.status = static_cast<std::uint32_t>(order.status);
    event.reason = order.reason;
    event.side = static_cast<std::uint8_t>(order.terms.side);
    event.order_type = static_cast<std::uint8_t>(order.terms.type);
    event.time_in_force = static_cast<std::uint8_t>(order.terms.time_in_force);
    event.account = directory.account_handle(order.terms.account);
    event.order_flags = order.terms.flags;
    event.price = order.terms.price.to_abi();
    event.order_qty = order.terms.quantity.to_abi();
    event.filled_qty = order.filled.to_abi();
    event.leaves_qty = order.leaves.to_abi();
    event.average_price = average_price(order).to_abi();
    event.limit = Decimal::null().to_abi();
    event.value = Decimal::null().to_abi();
    event.client_order_id = to_id(order.terms.client_order_id);
    event.venue_order_id = to_id(venue_order_id(order.number));
    return event;
}

tradectl_fill_event fill_event(const Fill& fill, const Venue& venue, const Directory& directory) {
    auto event = make_event<tradectl_fill_event>();
    const AssetIndex fee_asset = venue.listing(fill.market).fee_asset();
    event.header.instrument = directory.instrument_handle(fill.market);
    event.header.event_time = fill.time.ns();
    event.side = static_cast<std::uint8_t>(fill.side);
    event.liquidity = static_cast<std::uint8_t>(fill.liquidity);
    event.settlement = TRADECTL_SETTLEMENT_CONFIRMED;
    event.account = directory.account_handle(fill.account);
    event.fee_asset = directory.asset_handle(fee_asset);
    event.price = fill.price.to_abi();
    event.quantity = fill.quantity.to_abi();
    event.fee = fill.fee.to_abi();
    event.filled_qty = fill.filled_qty.to_abi();
    event.leaves_qty = fill.leaves_qty.to_abi();
    event.trade_id = to_id(trade_id(fill.trade));
    event.client_order_id = to_id(fill.client_order_id);
    event.venue_order_id = to_id(venue_order_id(fill.order));
    event.fee_asset_name = to_id(venue.accounts().asset_name(fee_asset));
    event.realized_pnl = fill.realized.to_abi();
    if (fill.by_venue) event.header.flags = TRADECTL_EVENT_FLAG_VENUE_ORDER;
    return event;
}

tradectl_balance_event balance_event(AccountIndex account,
                                     AssetIndex asset,
                                     const Venue& venue,
                                     const Directory& directory,
                                     Timestamp now) {
    auto event = make_event<tradectl_balance_event>();
    const AccountMoney balance = money_of(account, asset, venue);
    event.header.event_time = now.ns();
    event.account = directory.account_handle(account);
    event.asset = directory.asset_handle(asset);
    event.total = balance.total.to_abi();
    event.free = balance.free.to_abi();
    event.held = balance.held.to_abi();
    event.asset_name = to_id(venue.accounts().asset_name(asset));
    return event;
}

tradectl_order_report order_report(const Order& order, const Directory& directory) {
    tradectl_order_report report{};
    report.instrument = directory.instrument_handle(order.terms.market);
    report.account = directory.account_handle(order.terms.account);
    report.status = static_cast<std::uint32_t>(order.status);
    report.reason = order.reason;
    report.side = static_cast<std::uint8_t>(order.terms.side);
    report.order_type = static_cast<std::uint8_t>(order.terms.type);
    report.time_in_force = static_cast<std::uint8_t>(order.terms.time_in_force);
    report.price = order.terms.price.to_abi();
    report.order_qty = order.terms.quantity.to_abi();
    report.filled_qty = order.filled.to_abi();
    report.average_price = average_price(order).to_abi();
    report.updated = order.updated.ns();
    report.client_order_id = to_id(order.terms.client_order_id);
    report.venue_order_id = to_id(venue_order_id(order.number));
    return report;
}

tradectl_fill_report fill_report(const Fill& fill, const Venue& venue, const Directory& directory) {
    tradectl_fill_report report{};
    report.instrument = directory.instrument_handle(fill.market);
    report.account = directory.account_handle(fill.account);
    report.side = static_cast<std::uint8_t>(fill.side);
    report.liquidity = static_cast<std::uint8_t>(fill.liquidity);
    report.settlement = TRADECTL_SETTLEMENT_CONFIRMED;
    report.price = fill.price.to_abi();
    report.quantity = fill.quantity.to_abi();
    report.fee = fill.fee.to_abi();
    report.time = fill.time.ns();
    report.trade_id = to_id(trade_id(fill.trade));
    report.client_order_id = to_id(fill.client_order_id);
    report.venue_order_id = to_id(venue_order_id(fill.order));
    report.fee_asset = to_id(venue.accounts().asset_name(venue.listing(fill.market).fee_asset()));
    report.realized_pnl = fill.realized.to_abi();
    if (fill.by_venue) report.flags = TRADECTL_EVENT_FLAG_VENUE_ORDER;
    return report;
}

tradectl_balance_report balance_report(AccountIndex account,
                                       AssetIndex asset,
                                       const Venue& venue,
                                       const Directory& directory,
                                       Timestamp now) {
    tradectl_balance_report report{};
    const AccountMoney balance = money_of(account, asset, venue);
    report.account = directory.account_handle(account);
    report.total = balance.total.to_abi();
    report.free = balance.free.to_abi();
    report.held = balance.held.to_abi();
    report.updated = now.ns();
    report.asset = to_id(venue.accounts().asset_name(asset));
    return report;
}

tradectl_position_event position_event(AccountIndex account,
                                       MarketIndex market,
                                       const Venue& venue,
                                       const Directory& directory,
                                       Timestamp now) {
    auto event = make_event<tradectl_position_event>();
    const Position& position = venue.position(account, market);
    event.header.instrument = directory.instrument_handle(market);
    event.header.event_time = now.ns();
    event.account = directory.account_handle(account);
    event.quantity = position.quantity.to_abi();
    event.average_price = position.average_price.to_abi();
    event.realized_pnl = position.realized.to_abi();
    return event;
}

tradectl_position_report position_report(AccountIndex account,
                                         MarketIndex market,
                                         const Venue& venue,
                                         const Directory& directory,
                                         Timestamp now) {
    tradectl_position_report report{};
    const Position& position = venue.position(account, market);
    report.instrument = directory.instrument_handle(market);
    report.account = directory.account_handle(account);
    report.quantity = position.quantity.to_abi();
    report.average_price = position.average_price.to_abi();
    report.updated = now.ns();
    return report;
}

}  // namespace tradectl::paper
