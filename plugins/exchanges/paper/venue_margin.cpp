// The part of Venue that keeps margin positions: what they need, and what happens when it is gone.
#include "venue.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace tradectl::paper {

namespace {
const Position kFlat;

/// The side of an order that closes a position.
Side closing_side(const Position& position) {
    return position.quantity.is_positive() ? Side::Sell : Side::Buy;
}

Decimal mark_of(const MarketView& view, const Position& position, Mark rule) {
    const Decimal mark = view.mark(closing_side(position), rule);
    return mark.is_null() ? position.average_price : mark;
}
}  // namespace

const Position& Venue::position(AccountIndex account, MarketIndex market) const {
    const auto& positions = markets_[market].positions;
    return account < positions.size() ? positions[account] : kFlat;
}

void Venue::set_position(AccountIndex account, MarketIndex market, const Position& position) {
    Market& m = markets_[market];
    if (account >= m.positions.size()) m.positions.resize(account + 1);
    Position& kept = m.positions[account];
    if (!kept.is_flat()) --m.open_positions;
    if (!position.is_flat()) ++m.open_positions;
    kept = position;
}

void Venue::restore_position(AccountIndex account, MarketIndex market, const Position& position) {
    set_position(account, market, position);
}

// ---- Money ----

std::optional<MarginUse> Venue::margin_use(AccountIndex account, AssetIndex settle) const {
    return margin_use_with(account, settle, nullptr, {});
}

/// As if `changed` had that position.
std::optional<MarginUse> Venue::margin_use_with(AccountIndex account,
                                                AssetIndex settle,
                                                const Market* changed,
                                                const Position& position) const {
    MarginUse use;
    for (const Market& m : markets_) {
        if (!m.listing.is_margin() || m.listing.settle != settle) continue;
        if (&m != changed && account >= m.positions.size()) continue;
        const Position& each = &m == changed ? position : m.positions[account];
        if (each.is_flat()) continue;
        if (!add_position(m.listing, each, mark_of(m.view, each, rules_.mark), use))
            return std::nullopt;
    }
    return use;
}

/// Nothing is free when a sum does not fit.
Decimal Venue::free_of(AccountIndex account, AssetIndex asset, Profit profit) const {
    const Balance balance = accounts_.get(account, asset);
    if (!accounts_.allows_debt(asset)) return balance.free();
    const auto use = margin_use(account, asset);
    if (!use) return {};
    const bool counts = profit == Profit::Unrealized || use->unrealized.is_negative();
    const auto equity = checked_add(balance.total, counts ? use->unrealized : Decimal{});
    const auto unheld = equity ? checked_sub(*equity, balance.held) : std::nullopt;
    return unheld ? checked_sub(*unheld, use->initial).value_or(Decimal{}) : Decimal{};
}

bool Venue::has_other_positions(AccountIndex account, const Market& m) const {
    for (const Market& each : markets_) {
        if (&each == &m || !each.listing.is_margin() || each.listing.settle != m.listing.settle)
            continue;
        if (account < each.positions.size() && !each.positions[account].is_flat()) return true;
    }
    return false;
}

std::optional<Settlement> Venue::settle_margin(const Order& order,
                                               Liquidity role,
                                               const Step& step,
                                               const Position& before,
                                               Balance balance) const {
    const Market& m = markets_[order.terms.market];
    const auto change = change_position(before, order.terms.side, step.price, step.quantity);
    const auto value = notional(step.price, step.quantity);
    const auto settled = settle_notional(m.listing, step.quantity, step.price);
    if (!change || !value || !settled || !checked_add(order.traded_value, *value))
        return std::nullopt;
    FeeRules fees = rules_.fees;
    if (order.by_venue) fees.taker_rate = fees.taker_rate + fees.liquidation_rate;
    const auto charged = fee(*settled, role, order.filled, fees);
    const Decimal mark = m.view.mark(closing_side(before), rules_.mark);
    const bool at_mark = rules_.conversion == Conversion::Mark && !mark.is_null();
    auto realized = in_settle_asset(m.listing, change->realized, at_mark ? mark : step.price);
    const auto paid = charged ? checked_sub(balance.total, *charged) : std::nullopt;
    auto total = paid && realized ? checked_add(*paid, *realized) : std::nullopt;
    if (!total) return std::nullopt;
    Settlement out;
    out.position = change->after;
    const bool last = out.position.is_flat() && !has_other_positions(order.terms.account, m);
    if (last && total->is_negative()) {
        out.lost = -*total;
        if (rules_.negative_balance == NegativeBalance::Clamp) {
            realized = -*paid;  // the venue bears what is lost beyond zero
            total = Decimal{};
        }
    }
    const auto sum = checked_add(before.realized, *realized);
    if (!sum) return std::nullopt;
    out.position.realized = *sum;
    out.realized = *realized;
    out.notional = *value;
    out.fee = *charged;
    if (!order.held.is_zero()) {
        const auto needed = margin_hold(order.terms,
                                        order.filled + step.quantity,
                                        order.leaves - step.quantity,
                                        out.position,
                                        m.listing,
                                        rules_.fees);
        if (!needed) return std::nullopt;
        out.held = std::min(*needed, order.held);
    }
    out.quote = {*total, balance.held - order.held + out.held};
    return out;
}

/// What makes a position larger, or turns it, must leave the account with free equity.
bool Venue::margin_allows(const Order& order, const Settlement& after) const {
    const Market& m = markets_[order.terms.market];
    if (!m.listing.is_margin() || order.by_venue) return true;
    const Position& before = position(order.terms.account, order.terms.market);
    const bool turns = before.quantity.sign() * after.position.quantity.sign() < 0;
    const bool grows = checked_abs(after.position.quantity) > checked_abs(before.quantity);
    if (!turns && !grows) return true;
    const auto use = margin_use_with(order.terms.account, m.listing.settle, &m, after.position);
    const auto equity = use ? checked_add(after.quote.total, use->unrealized) : std::nullopt;
    const auto kept = equity ? checked_add(after.quote.held, use->initial) : std::nullopt;
    return kept && *equity >= *kept;
}

Refusal Venue::check_margin_funds(const Order& order,
                                  const Plan& plan,
                                  const Order* replaced) const {
    const OrderTerms& terms = order.terms;
    const Market& m = markets_[terms.market];
    const Position& held = position(terms.account, terms.market);
    if (terms.reduce_only() && terms.quantity > reducible(held, terms.side))
        return {TRADECTL_REASON_REDUCE_ONLY, "reduce-only order would not reduce the position"};
    const auto hold = margin_hold(terms, Decimal{}, terms.quantity, held, m.listing, rules_.fees);
    if (!hold) return {TRADECTL_REASON_OVERFLOW, "hold is out of range"};
    const Decimal freed = replaced == nullptr ? Decimal{} : replaced->held;
    const Decimal free = free_of(terms.account, m.listing.settle, Profit::Unrealized) + freed;
    if (hold->is_positive() && *hold > free)
        return {TRADECTL_REASON_INSUFFICIENT_BALANCE,
                accounts_.asset_name(m.listing.settle) + " needed " + hold->to_string() + " free " +
                    free.to_string()};
    if (terms.type != OrderType::Market || order.opening || affords(order, plan, freed)) return {};
    return {TRADECTL_REASON_INSUFFICIENT_BALANCE,
            accounts_.asset_name(m.listing.settle) + " free " + free.to_string() +
                " is less than margin and fees of " + plan.quantity.to_string()};
}

/// Whether the account can do all that a market order would do at once.
bool Venue::affords(Order order, const Plan& plan, Decimal freed) const {
    const Market& m = markets_[order.terms.market];
    Settlement after;
    after.position = position(order.terms.account, order.terms.market);
    after.quote = accounts_.get(order.terms.account, m.listing.settle);
    after.quote.held = after.quote.held - freed;
    for (const Step& step : plan.steps) {
        if (step.kind == Step::Kind::CancelOwn) continue;
        const auto next = settle_margin(order, Liquidity::Taker, step, after.position, after.quote);
        if (!next) return false;
        after = *next;
        order.filled = order.filled + step.quantity;
        order.leaves = order.leaves - step.quantity;
    }
    return margin_allows(order, after);
}

// ---- Positions ----

void Venue::book_position(Order& order, const Settlement& after, Timestamp now) {
    Market& m = markets_[order.terms.market];
    const AccountIndex account = order.terms.account;
    set_position(account, order.terms.market, after.position);
    changed_positions_.insert({account, order.terms.market});
    if (after.lost.is_positive()) journal_.on_bankruptcy(account, m.listing.settle, after.lost);
    if (!order.reduce_max.is_null()) limit_reduce_only(order, now);
    // Copies: orders that end leave the book.
    for (const std::vector<Order*>& all : {m.book.resting(Side::Buy),
                                           m.book.resting(Side::Sell),
                                           m.book.waiting(),
                                           m.book.opening()})
        for (Order* each : all)
            if (!each->reduce_max.is_null() && each->terms.account == account)
                limit_reduce_only(*each, now);
}

/// A reduce-only order can do no more than close what there is.
void Venue::limit_reduce_only(Order& order, Timestamp now) {
    if (!order.is_open()) return;
    order.reduce_max =
        reducible(position(order.terms.account, order.terms.market), order.terms.side);
    if (order.reduce_max.is_zero())
        close(order, OrderStatus::Canceled, TRADECTL_REASON_REDUCE_ONLY, now);
}

// ---- Liquidation ----

void Venue::check_margins(Market& m, Timestamp now) {
    if (m.open_positions == 0) return;
    for (AccountIndex account = 0; account < m.positions.size(); ++account) {
        if (m.positions[account].is_flat()) continue;
        const AssetIndex settle = m.listing.settle;
        const auto use = margin_use(account, settle);
        const auto equity =
            use ? checked_add(accounts_.get(account, settle).total, use->unrealized) : std::nullopt;
        if (equity && *equity < use->maintenance) liquidate(account, settle, now);
    }
    if (!closed_.empty()) sweep();
}

void Venue::liquidate(AccountIndex account, AssetIndex settle, Timestamp now) {
    const auto settles = [&](const Listing& listing) {
        return listing.is_margin() && listing.settle == settle;
    };
    for (auto& [number, order] : orders_)
        if (order.is_open() && order.terms.account == account &&
            settles(markets_[order.terms.market].listing))
            close(order, OrderStatus::Canceled, TRADECTL_REASON_LIQUIDATION, now);
    for (MarketIndex market = 0; market < markets_.size(); ++market)
        if (settles(markets_[market].listing) && !position(account, market).is_flat())
            close_position(account, market, now);
}

/// One order of the venue's own takes what the market shows; what is left goes at the mark, and all
/// of it is one fill at the mean price.
void Venue::close_position(AccountIndex account, MarketIndex market, Timestamp now) {
    Market& m = markets_[market];
    const Position& held = position(account, market);
    Order& order = own_order("liquidation-", account, market, now);
    order.terms.side = closing_side(held);
    order.terms.quantity = order.leaves = reducible(held, order.terms.side);
    const Plan plan = make_plan(
        order, Book{}, m.view, offer_for(m, order, Decimal::null(), now), rules_, m.listing);
    const Decimal mark = mark_of(m.view, held, rules_.mark);
    const Decimal rest = order.leaves - plan.quantity;
    auto value = checked_mul(mark, rest, Rounding::HalfEven);
    for (const Step& step : plan.steps) {
        const auto part = checked_mul(step.price, step.quantity, Rounding::HalfEven);
        value = value && part ? checked_add(*value, *part) : std::nullopt;
    }
    const auto mean = value ? checked_div(*value, order.leaves, Rounding::HalfEven) : std::nullopt;
    const Step whole{
        Step::Kind::FillMarket, nullptr, mean.value_or(mark), order.leaves, Decimal::null()};
    const Side side = order.terms.side;
    if (!fill(order, nullptr, Liquidity::Taker, whole, now))
        return close(order, OrderStatus::Canceled, TRADECTL_REASON_OVERFLOW, now);
    for (const Step& step : plan.steps)
        consume(m, side, plan.source, step);
}

}  // namespace tradectl::paper
