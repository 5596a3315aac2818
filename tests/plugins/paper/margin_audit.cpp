#include "margin_audit.hpp"

#include <algorithm>

namespace tradectl::paper {

namespace {
using Money = MarginAudit::Money;
constexpr Money kUnits = 100'000'000;  // of a quantity of one
constexpr Money kOne = Money{1'000'000'000} * 1'000'000'000;
constexpr Money kUnitRaw = kOne / kUnits;

Money divide_half_even(Money value, Money by) {
    const Money sign = value < 0 ? -1 : 1;
    value *= sign;
    Money whole = value / by;
    const Money twice = value % by * 2;
    if (twice > by || (twice == by && whole % 2 != 0)) ++whole;
    return whole * sign;
}
/// quantity (1e-8) * price (1e-18).
Money value_of(Money quantity, Money price) {
    return divide_half_even(quantity * price, kUnits);
}
/// A share (1e-18) of an amount, rounded up, for shares of whole thousandths.
Money share_up(Money amount, Money share) {
    const Money thousandths = share / (kOne / 1000);
    return (amount * thousandths + 999) / 1000;
}
}  // namespace

Money MarginAudit::fee_of(const Fill& fill) const {
    const FeeRules& fees = rules_.fees;
    Decimal rate = fill.liquidity == Liquidity::Maker ? fees.maker_rate : fees.taker_rate;
    if (fill.by_venue) rate = rate + fees.liquidation_rate;
    // Rates are whole ten-thousandths here.
    const Money parts = rate.raw() / (kOne / 10'000);
    const Money value = value_of(fill.quantity.raw() / kUnitRaw, fill.price.raw()) * parts;
    const Money unit = fees.unit.raw();
    Money share = 0;
    if (fees.rounding == Rounding::HalfEven)
        share = divide_half_even(divide_half_even(value, 10'000), unit) * unit;
    else
        share = value / 10'000 / unit * unit;
    const bool fixed =
        fees.fixed_per == FixedFee::PerFill || !has_filled_.count(fill.client_order_id);
    return share + (fixed ? fees.fixed.raw() : 0);
}

void MarginAudit::complain(const Fill& fill, const std::string& what) {
    if (complaint.empty()) complaint = "fill of " + fill.client_order_id + ": " + what;
}

Money MarginAudit::apply(Held& held, Money signed_quantity, Money price) {
    const Money before = held.quantity;
    const Money after = before + signed_quantity;
    held.quantity = after;
    if (before == 0 || (before > 0) == (signed_quantity > 0)) {
        const Money old_size = before < 0 ? -before : before;
        const Money added = signed_quantity < 0 ? -signed_quantity : signed_quantity;
        const Money cost = value_of(old_size, held.average) + value_of(added, price);
        held.average = before == 0 ? price : divide_half_even(cost * kUnits, old_size + added);
        return 0;
    }
    const bool through = after != 0 && (after > 0) != (before > 0);
    const Money closed = through ? before : -signed_quantity;
    const Money realized = divide_half_even((price - held.average) * closed, kUnits);
    if (through) held.average = price;
    if (after == 0) held.average = 0;
    return realized;
}

MarginAudit::Need MarginAudit::need_of(AccountIndex account) const {
    Need need;
    need.equity = totals_.at(account);
    for (const auto& [place, held] : positions_) {
        if (place.first != account || held.quantity == 0) continue;
        const MarketView& view = const_cast<Venue*>(venue_)->view(place.second);
        const Decimal shown = view.mark(held.quantity > 0 ? Side::Sell : Side::Buy, rules_.mark);
        const Money mark = shown.is_null() ? held.average : shown.raw();
        const Money size = held.quantity < 0 ? -held.quantity : held.quantity;
        need.equity += divide_half_even((mark - held.average) * held.quantity, kUnits);
        need.initial += share_up(value_of(size, mark), initial_);
        need.maintenance += share_up(value_of(size, mark), maintenance_);
    }
    return need;
}

bool MarginAudit::has_positions(AccountIndex account) const {
    return std::any_of(positions_.begin(), positions_.end(), [&](const auto& each) {
        return each.first.first == account && each.second.quantity != 0;
    });
}

void MarginAudit::on_order(const Order& order) {
    if (order.terms.reduce_only()) reduce_only_.insert(order.terms.client_order_id);
    if (order.is_open()) return;
    closed_.insert(order.terms.client_order_id);
    if (!order.held.is_zero() && complaint.empty())
        complaint = "order " + order.terms.client_order_id + " holds after its end";
}

void MarginAudit::on_fill(const Fill& fill) {
    ++fills;
    if (fill.fee.raw() != fee_of(fill)) complain(fill, "fee " + fill.fee.to_string());
    has_filled_.insert(fill.client_order_id);
    if (fill.by_venue) {
        ++liquidations;
        const Need need = need_of(fill.account);
        if (in_liquidation_.insert(fill.account).second && need.equity >= need.maintenance)
            complain(fill, "liquidated without need");
    }
    Held& held = positions_[{fill.account, fill.market}];
    const Money before = held.quantity;
    const Money quantity = fill.quantity.raw() / kUnitRaw;
    const Money realized =
        apply(held, fill.side == Side::Buy ? quantity : -quantity, fill.price.raw());
    Money& total = totals_[fill.account];
    total += realized - fill.fee.raw();
    Money booked = realized;
    const bool clamp = rules_.negative_balance == NegativeBalance::Clamp;
    if (clamp && total < 0 && !has_positions(fill.account)) {
        booked -= total;
        total = 0;
    }
    held.realized += booked;
    if (fill.realized.raw() != booked) complain(fill, "profit " + fill.realized.to_string());
    const auto size = [](Money value) { return value < 0 ? -value : value; };
    const bool opens = size(held.quantity) > size(before) ||
                       (before != 0 && held.quantity != 0 && (before > 0) != (held.quantity > 0));
    if (!opens) return;
    if (fill.by_venue || reduce_only_.count(fill.client_order_id) != 0)
        complain(fill, "must not open");
    const Need need = need_of(fill.account);
    const Money kept = venue_->accounts().get(fill.account, settle_).held.raw();
    if (need.equity < need.initial + kept) complain(fill, "opens what cannot be afforded");
}

std::string MarginAudit::compare() const {
    if (!complaint.empty()) return complaint;
    in_liquidation_.clear();
    for (const auto& [account, total] : totals_) {
        if (venue_->accounts().get(account, settle_).total.raw() != total)
            return "total of account " + std::to_string(account);
        const Need need = need_of(account);
        if (has_positions(account) && need.equity < need.maintenance)
            return "account " + std::to_string(account) + " should have been liquidated";
        Money holds = 0;
        for (const auto& [number, order] : venue_->orders())
            if (order.terms.account == account) holds += order.held.raw();
        if (venue_->accounts().get(account, settle_).held.raw() != holds)
            return "holds of account " + std::to_string(account);
    }
    for (const auto& [place, held] : positions_) {
        const Position& position = venue_->position(place.first, place.second);
        if (position.quantity.raw() != held.quantity * kUnitRaw) return "a position";
        if (held.quantity != 0 && position.average_price.raw() != held.average)
            return "an average price";
        if (position.realized.raw() != held.realized) return "profit so far";
    }
    return {};
}

}  // namespace tradectl::paper
