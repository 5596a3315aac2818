#include "market_view.hpp"

#include <algorithm>

namespace tradectl::paper {

namespace {
/// Writes a one-level side in place: this runs for every quote.
void set_top(std::vector<Level>& side, Level top) {
    if (top.price.is_null() || top.quantity.is_zero()) {
        side.clear();
        return;
    }
    if (top.quantity.is_null()) top.quantity = kUnlimited;
    side.resize(1);
    side[0] = top;
}

/// The level at `price`, or the place for it: behind all that are worse.
std::vector<Level>::iterator find_level(std::vector<Level>& worst_first, Side side, Decimal price) {
    const auto worse = [side, price](const Level& level) {
        return ranks_before(side, price, level.price);
    };
    // Most changes are near the best price, which stands last.
    constexpr std::ptrdiff_t kNear = 8;
    auto from = worst_first.begin();
    if (worst_first.end() - from > kNear) from = worst_first.end() - kNear;
    if (from != worst_first.begin() && !worse(*from))
        return std::partition_point(worst_first.begin(), from, worse);
    while (from != worst_first.end() && worse(*from))
        ++from;
    return from;
}
}  // namespace

void MarketView::set_quote(Level bid, Level ask) {
    if (has_book_) return;
    has_quotes_ = true;
    is_lost_ = false;
    set_top(bids_, bid);
    set_top(asks_, ask);
}

void MarketView::clear_book() {
    has_quotes_ = true;
    has_book_ = true;
    is_lost_ = false;
    bids_.clear();
    asks_.clear();
}

void MarketView::lose() {
    has_book_ = false;
    is_lost_ = true;
    bids_.clear();
    asks_.clear();
}

void MarketView::set_level(Side side, Decimal price, Decimal quantity) {
    auto& all = side_levels(side);
    const auto at = find_level(all, side, price);
    const bool exists = at != all.end() && at->price == price;
    if (quantity.is_zero()) {
        if (exists) all.erase(at);
    } else if (exists) {
        at->quantity = quantity;
    } else {
        all.insert(at, Level{price, quantity});
    }
}

void MarketView::take(Side side, Decimal price, Decimal quantity) {
    auto& all = side_levels(side);
    const auto at = find_level(all, side, price);
    if (at == all.end() || at->price != price || at->quantity == kUnlimited) return;
    at->quantity = at->quantity - quantity;
    if (at->quantity.is_zero()) all.erase(at);
}

Decimal MarketView::displayed(Side side, Decimal price) const {
    if (!has_quotes_ || is_lost_) return Decimal::null();
    for (const Level& level : levels(side)) {
        if (level.price == price) return level.quantity;
        if (ranks_before(side, price, level.price)) return Decimal{};
    }
    // Behind everything shown: a book or a quote tells nothing about what it does not show.
    return levels(side).empty() ? Decimal{} : Decimal::null();
}

Decimal MarketView::mark(Side side, Mark rule) const {
    if (rule == Mark::Last && has_trade()) return last_price_;
    // Whoever buys back pays the offer, whoever sells gets the bid.
    const Ladder touched = levels(opposite(side));
    const Ladder other = levels(side);
    if (rule == Mark::Touch && !touched.empty()) return touched.front().price;
    if (!touched.empty() && !other.empty()) {
        const auto sum = checked_add(touched.front().price, other.front().price);
        const auto mid =
            sum ? checked_div(*sum, Decimal::from_int(2), Rounding::HalfEven) : std::nullopt;
        if (mid) return *mid;
    }
    if (has_trade()) return last_price_;
    if (!touched.empty()) return touched.front().price;
    return other.empty() ? Decimal::null() : other.front().price;
}

}  // namespace tradectl::paper
