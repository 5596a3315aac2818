#include "store.hpp"

#include "store_text.hpp"

#include <charconv>
#include <cstddef>

namespace tradectl::paper {

using store_text::kFirst;
using store_text::kSecond;
using store_text::Reader;
using store_text::Writer;

namespace {
std::string key_of(std::string_view prefix, std::string_view name) {
    std::string key(prefix);
    key += name;
    return key;
}

std::string padded(std::uint64_t number) {
    constexpr std::size_t kDigits = 20;  // as many as the largest 64-bit number has
    const std::string digits = std::to_string(number);
    return std::string(kDigits - digits.size(), '0') + digits;
}

}  // namespace

std::string open_key(std::string_view client_order_id) {
    return key_of(kOpenPrefix, client_order_id);
}
std::string closed_key(std::string_view client_order_id) {
    return key_of(kClosedPrefix, client_order_id);
}
std::string fill_key(std::uint64_t number) {
    return key_of("f/", padded(number));
}
std::string own_fill_key(std::uint64_t number) {
    return key_of(kOwnFillPrefix, padded(number));
}
std::string closing_key(std::uint64_t number) {
    return key_of("q/", padded(number));
}
std::string dropped_key(std::uint64_t block) {
    return key_of(kDroppedPrefix, padded(block));
}
std::string venue_id_key(std::string_view venue_order_id) {
    return key_of("v/", venue_order_id);
}
std::string instrument_key(std::string_view instrument) {
    return key_of(kInstrumentPrefix, instrument);
}
std::string account_key(std::string_view account) {
    return key_of(kAccountPrefix, account);
}
std::string balance_key(std::string_view account, std::string_view asset) {
    return key_of(kBalancePrefix, account) + "/" + std::string(asset);
}
std::string position_key(std::string_view account, std::string_view instrument) {
    return key_of(kPositionPrefix, account) + "/" + std::string(instrument);
}
std::string venue_order_id(std::uint64_t number) {
    return number == 0 ? std::string{} : "P" + std::to_string(number);
}
std::optional<std::uint64_t> order_number(std::string_view venue_order_id) {
    if (venue_order_id.size() < 2 || venue_order_id.front() != 'P') return std::nullopt;
    venue_order_id.remove_prefix(1);
    std::uint64_t number = 0;
    const char* last = venue_order_id.data() + venue_order_id.size();
    const auto [end, error] = std::from_chars(venue_order_id.data(), last, number);
    if (error != std::errc{} || end != last) return std::nullopt;
    return number;
}
std::string trade_id(std::uint64_t number) {
    return "T" + std::to_string(number);
}

std::string encode(const Order& order, const Names& names) {
    const OrderTerms& terms = order.terms;
    Writer out(kSecond);
    out.put(order.number)
        .put(names.account_name(terms.account))
        .put(names.market_name(terms.market))
        .put(static_cast<std::uint32_t>(terms.side))
        .put(static_cast<std::uint32_t>(terms.type))
        .put(static_cast<std::uint32_t>(terms.time_in_force))
        .put(terms.flags)
        .put(static_cast<std::uint32_t>(order.status))
        .put(order.reason)
        .put(terms.quantity)
        .put(terms.price)
        .put(terms.stop_price)
        .put(terms.expires)
        .put(order.filled)
        .put(order.traded_value)
        .put(order.held)
        .put_flag(order.triggered)
        .put(order.updated)
        .put_flag(order.opening)
        .put_flag(order.by_venue)
        .put(order.ahead)
        .put(order.shown);
    return out.take();
}

Expected<Order> decode_order(std::string_view client_order_id,
                             std::string_view record,
                             const Names& names) {
    Reader in(record, kSecond);
    Order order;
    OrderTerms& terms = order.terms;
    terms.client_order_id = client_order_id;
    order.number = in.number<std::uint64_t>("number");
    terms.account = names.account_named(in.text("account"));
    terms.market = names.market_named(in.text("instrument"));
    terms.side = in.choice("side", Side::None, Side::Sell);
    terms.type = static_cast<OrderType>(in.number<std::uint8_t>("type"));
    terms.time_in_force = static_cast<TimeInForce>(in.number<std::uint8_t>("time in force"));
    terms.flags = in.number<std::uint32_t>("flags");
    order.status = in.choice("status", OrderStatus::Acknowledged, OrderStatus::Expired);
    order.reason = in.number<Reason>("reason");
    terms.quantity = in.decimal("quantity");
    terms.price = in.decimal("price");
    terms.stop_price = in.decimal("stop price");
    terms.expires = in.time("expires");
    order.filled = in.amount("filled");
    order.traded_value = in.amount("value");
    order.held = in.amount("held");
    order.triggered = in.flag("triggered");
    order.updated = in.time("updated");
    if (in.has_second()) {
        order.opening = in.flag("opening");
        order.by_venue = in.flag("by venue");
        order.ahead = in.decimal("ahead");
        order.shown = in.decimal("shown");
    }
    // What was refused may hold anything; what is open was checked when it came in.
    const bool open = order.status <= OrderStatus::PartiallyFilled;
    if (open && (order.number == 0 || !(terms.quantity > order.filled))) in.note("quantity");
    if (open && terms.side == Side::None) in.note("side");
    if (open && terms.market == kNoIndex) in.note("instrument");
    if (open && terms.account == kNoIndex) in.note("account");
    if (const Status done = in.finish("order " + terms.client_order_id); !done)
        return fail(done.error());
    order.leaves = checked_sub(terms.quantity, order.filled).value_or(Decimal{});
    return order;
}

std::string encode(const Fill& fill, const Names& names) {
    Writer out(kSecond);
    out.put(fill.trade)
        .put(fill.order)
        .put(std::string_view{fill.client_order_id})
        .put(names.account_name(fill.account))
        .put(names.market_name(fill.market))
        .put(static_cast<std::uint32_t>(fill.side))
        .put(static_cast<std::uint32_t>(fill.liquidity))
        .put(fill.price)
        .put(fill.quantity)
        .put(fill.fee)
        .put(fill.filled_qty)
        .put(fill.leaves_qty)
        .put(fill.time)
        .put(fill.realized)
        .put_flag(fill.by_venue);
    return out.take();
}

Expected<Fill> decode_fill(std::uint64_t number, std::string_view record, const Names& names) {
    Reader in(record, kSecond);
    Fill fill;
    fill.number = number;
    fill.trade = in.number<std::uint64_t>("trade");
    fill.order = in.number<std::uint64_t>("order");
    fill.client_order_id = in.text("client order id");
    fill.account = names.account_named(in.text("account"));
    fill.market = names.market_named(in.text("instrument"));
    fill.side = in.choice("side", Side::Buy, Side::Sell);
    fill.liquidity = in.choice("liquidity", Liquidity::Maker, Liquidity::Taker);
    fill.price = in.amount("price");
    fill.quantity = in.amount("quantity");
    fill.fee = in.decimal("fee");
    fill.filled_qty = in.amount("filled");
    fill.leaves_qty = in.amount("leaves");
    fill.time = in.time("time");
    if (in.has_second()) {
        fill.realized = in.decimal("realized");
        fill.by_venue = in.flag("by venue");
    }
    if (const Status done = in.finish("fill " + std::to_string(number)); !done)
        return fail(done.error());
    return fill;
}

std::string encode(const Balance& balance) {
    return Writer{}.put(balance.total).put(balance.held).take();
}

Expected<Balance> decode_balance(std::string_view record, Debt debt) {
    Reader in(record);
    Balance balance;
    const bool may_owe = debt == Debt::Allowed;
    balance.total = may_owe ? in.decimal("total") : in.amount("total");
    balance.held = in.amount("held");
    if (balance.total.is_null()) in.note("total");
    if (!may_owe && balance.held > balance.total) in.note("held");
    if (const Status done = in.finish("a balance"); !done) return fail(done.error());
    return balance;
}

std::string encode(const Position& position) {
    return Writer{}
        .put(position.quantity)
        .put(position.average_price)
        .put(position.realized)
        .take();
}

Expected<Position> decode_position(std::string_view record) {
    Reader in(record);
    Position position;
    position.quantity = in.decimal("quantity");
    position.average_price = in.decimal("average price");
    position.realized = in.decimal("realized");
    if (position.quantity.is_null()) in.note("quantity");
    if (position.realized.is_null()) in.note("realized");
    // Just what is not flat has a price.
    if (position.is_flat() != position.average_price.is_null()) in.note("average price");
    if (const Status done = in.finish("a position"); !done) return fail(done.error());
    return position;
}

std::string encode(const Counters& counters) {
    return Writer(kSecond)
        .put(counters.orders)
        .put(counters.fills)
        .put(counters.trades)
        .put(counters.liquidations)
        .take();
}

Expected<Counters> decode_counters(std::string_view record) {
    Reader in(record, kSecond);
    Counters counters;
    counters.orders = in.number<std::uint64_t>("orders");
    counters.fills = in.number<std::uint64_t>("fills");
    counters.trades = in.number<std::uint64_t>("trades");
    if (in.has_second()) counters.liquidations = in.number<std::uint64_t>("liquidations");
    if (const Status done = in.finish("the counters"); !done) return fail(done.error());
    return counters;
}

std::string encode(const HistoryMarks& marks) {
    return Writer{}
        .put(marks.closed)
        .put(marks.closed_first)
        .put(marks.fills_first)
        .put(marks.dropped_until)
        .take();
}

Expected<HistoryMarks> decode_history(std::string_view record) {
    Reader in(record);
    HistoryMarks marks;
    marks.closed = in.number<std::uint64_t>("closed");
    marks.closed_first = in.number<std::uint64_t>("first closed");
    marks.fills_first = in.number<std::uint64_t>("first fill");
    marks.dropped_until = in.time("dropped until");
    if (marks.closed_first == 0 || marks.closed_first > marks.closed + 1) in.note("first closed");
    if (marks.fills_first == 0) in.note("first fill");
    if (const Status done = in.finish("the history"); !done) return fail(done.error());
    return marks;
}

std::string encode(const Closing& closing) {
    return Writer{}.put(closing.number).put(std::string_view{closing.client_order_id}).take();
}

Expected<Closing> decode_closing(std::string_view record) {
    Reader in(record);
    Closing closing;
    closing.number = in.number<std::uint64_t>("number");
    closing.client_order_id = in.text("client order id");
    if (const Status done = in.finish("a closing"); !done) return fail(done.error());
    return closing;
}

std::string encode(const MarketRecord& market) {
    const bool margin = !market.settle.empty();
    Writer out(margin ? kSecond : kFirst);
    out.put(std::string_view{market.base}).put(std::string_view{market.quote});
    if (margin)
        out.put(std::string_view{market.settle})
            .put(market.margin_initial)
            .put(market.margin_maintenance);
    return out.take();
}

std::string encode(Timestamp opened) {
    return Writer{}.put(opened).take();
}

Expected<MarketRecord> decode_market(std::string_view record) {
    Reader in(record, kSecond);
    MarketRecord market;
    market.base = in.text("base");
    market.quote = in.text("quote");
    if (in.has_second()) {
        market.settle = in.text("settle");
        market.margin_initial = in.amount("initial margin");
        market.margin_maintenance = in.amount("maintenance margin");
        if (market.settle != market.base && market.settle != market.quote) in.note("settle");
    }
    if (const Status done = in.finish("an instrument"); !done) return fail(done.error());
    return market;
}

}  // namespace tradectl::paper
