#include "host/backtest/round_trips.hpp"

#include <tradectl/abi/types.h>

#include <algorithm>

namespace tradectl::backtest {
namespace {

Unexpected overflow(const MatchFill& fill) {
    return fail(ErrorCode::Overflow,
                "round trip of " + fill.strategy + " in " + fill.instrument +
                    ": leaves the range of decimals");
}

Status check(const MatchFill& fill) {
    const bool has_side = fill.side == TRADECTL_SIDE_BUY || fill.side == TRADECTL_SIDE_SELL;
    const bool has_price =
        fill.price.is_positive() || (fill.price.is_zero() && fill.side == TRADECTL_SIDE_SELL);
    if (has_side && has_price && fill.quantity.is_positive() && fill.multiplier.is_positive() &&
        !fill.fee.is_null()) {
        return {};
    }
    return fail(ErrorCode::InvalidArgument,
                "fill of " + fill.strategy + " in " + fill.instrument + ": side " +
                    std::to_string(fill.side) + ", price " + fill.price.to_string() +
                    ", quantity " + fill.quantity.to_string() + ", multiplier " +
                    fill.multiplier.to_string() + ", fee " + fill.fee.to_string());
}

/// part / whole of a fee; all of it when the part is the whole.
std::optional<Decimal> share(Decimal fee, Decimal part, Decimal whole) {
    if (part == whole) return fee;
    const auto product = checked_mul(fee, part, Rounding::HalfEven);
    return product ? checked_div(*product, whole, Rounding::HalfEven) : std::nullopt;
}

/// a * b * c in what the profit is paid in, where `price` turns quote into base.
std::optional<Decimal> value_of(Decimal amount, const MatchFill& fill, Decimal price) {
    auto value = checked_mul(amount, fill.multiplier, Rounding::HalfEven);
    if (value && fill.settle == SettleIn::Base) {
        value = checked_div(*value, price, Rounding::HalfEven);
    }
    return value;
}

std::optional<Decimal> product(Decimal a, Decimal b) {
    return checked_mul(a, b, Rounding::HalfEven);
}

/// Adds to a sum; false when it does not fit.
bool accumulate(Decimal& sum, std::optional<Decimal> value) {
    const auto total = value ? checked_add(sum, *value) : std::nullopt;
    if (total) sum = *total;
    return total.has_value();
}

}  // namespace

Status RoundTrips::add(const MatchFill& fill) {
    if (auto sound = check(fill); !sound) return sound;
    Line& line = lines_[{fill.strategy, fill.instrument}];
    if (line.closing_order != fill.order) flush(line);
    Decimal left = fill.quantity;
    Decimal fee = fill.fee;
    if (!line.lots.empty() && line.lots.front().fill.side != fill.side) {
        if (auto closed = close_lots(line, fill, left, fee); !closed) return closed;
    }
    if (left.is_zero()) return {};
    line.lots.push_back({.fill = fill, .quantity = left, .fee = fee});
    return {};
}

Status RoundTrips::close_lots(Line& line, const MatchFill& fill, Decimal& left, Decimal& fee) {
    line.closing_order = fill.order;
    while (!left.is_zero() && !line.lots.empty()) {
        Lot& lot = line.lots.front();
        const Decimal part = std::min(left, lot.quantity);
        const auto entry_fee = share(lot.fee, part, lot.quantity);
        const auto exit_fee = share(fee, part, left);
        if (!entry_fee || !exit_fee) return overflow(fill);
        Closing& closing = closing_of(line, lot, fill);
        if (auto added = add_part(closing, lot, fill, part); !added) return added;
        if (!accumulate(closing.trade.fees, *entry_fee) ||
            !accumulate(closing.trade.fees, *exit_fee)) {
            return overflow(fill);
        }
        lot.quantity = lot.quantity - part;
        lot.fee = lot.fee - *entry_fee;
        left = left - part;
        fee = fee - *exit_fee;
        if (lot.quantity.is_zero()) line.lots.pop_front();
    }
    return {};
}

RoundTrips::Closing& RoundTrips::closing_of(Line& line, const Lot& lot, const MatchFill& fill) {
    for (Closing& known : line.closing) {
        if (known.trade.entry_order == lot.fill.order) return known;
    }
    Closing& fresh = line.closing.emplace_back();
    fresh.entry_sample = lot.fill.sample;
    fresh.trade.strategy = fill.strategy;
    fresh.trade.instrument = fill.instrument;
    fresh.trade.side = lot.fill.side;
    fresh.trade.entry_time = lot.fill.time;
    fresh.trade.entry_order = lot.fill.order;
    fresh.trade.exit_order = fill.order;
    fresh.trade.exit_reason = fill.reason;
    return fresh;
}

Status RoundTrips::add_part(Closing& closing, const Lot& lot, const MatchFill& exit, Decimal part) {
    const auto entered = product(lot.fill.price, part);
    const auto left = product(exit.price, part);
    const bool is_long = lot.fill.side == TRADECTL_SIDE_BUY;
    const auto rise = entered && left
                          ? (is_long ? checked_sub(*left, *entered) : checked_sub(*entered, *left))
                          : std::nullopt;
    if (!rise || !accumulate(closing.trade.quantity, part) ||
        !accumulate(closing.entry_value, entered) || !accumulate(closing.exit_value, left) ||
        !accumulate(closing.gain, value_of(*rise, exit, exit.price)) ||
        !accumulate(closing.notional, value_of(*entered, lot.fill, lot.fill.price))) {
        return overflow(exit);
    }
    closing.trade.exit_time = exit.time;
    closing.trade.bars = static_cast<std::uint32_t>(exit.sample - closing.entry_sample);
    return {};
}

Status RoundTrips::finish(Closing& closing) {
    Trade& trade = closing.trade;
    const auto entry = checked_div(closing.entry_value, trade.quantity, Rounding::HalfEven);
    const auto exit = checked_div(closing.exit_value, trade.quantity, Rounding::HalfEven);
    const auto profit = checked_sub(closing.gain, trade.fees);
    if (!entry || !exit || !profit) {
        return fail(ErrorCode::Overflow, "round trip leaves the range of decimals");
    }
    trade.entry_price = *entry;
    trade.exit_price = *exit;
    trade.profit = *profit;
    const double notional = closing.notional.to_double();
    trade.profit_ratio = notional > 0 ? trade.profit.to_double() / notional : 0;
    return {};
}

void RoundTrips::flush(Line& line) {
    for (Closing& closing : line.closing) {
        if (!finish(closing)) continue;  // cannot be: a mean lies between what was added
        closing.trade.number = ++trades_;
        sink_(closing.trade);
    }
    line.closing.clear();
    line.closing_order.clear();
}

void RoundTrips::flush() {
    for (auto& [key, line] : lines_)
        flush(line);
}

std::vector<Trade> RoundTrips::open(const std::map<std::string, Decimal>& marks,
                                    Timestamp time,
                                    std::uint64_t sample) const {
    std::vector<Trade> trades;
    for (const auto& [key, line] : lines_) {
        Line marked;
        for (const Lot& lot : line.lots) {
            MatchFill exit = lot.fill;
            const auto mark = marks.find(lot.fill.instrument);
            if (mark != marks.end() && mark->second.is_positive()) exit.price = mark->second;
            exit.time = time;
            exit.sample = sample;
            exit.order.clear();
            exit.reason = "open";
            Closing& closing = closing_of(marked, lot, exit);
            if (!add_part(closing, lot, exit, lot.quantity)) continue;
            accumulate(closing.trade.fees, lot.fee);
        }
        for (Closing& closing : marked.closing) {
            if (finish(closing)) trades.push_back(closing.trade);
        }
    }
    return trades;
}

}  // namespace tradectl::backtest
