// The part of Gate that looks at the market.
#include "host/engine/gate.hpp"

#include <algorithm>

namespace tradectl::engine {

namespace {

/// What a taker meets on the other side.
struct Walk {
    Decimal quantity;  ///< shown, at most what was asked for; null: not known
    Decimal notional;
};

/// The levels of one side as a taker meets them: of a book by price, or the best quote alone.
class OtherSide {
  public:
    OtherSide(const market::Book* book, const tradectl_book_top& top, std::uint8_t taker)
        : book_(book), buys_(taker == TRADECTL_SIDE_BUY) {
        top_.price = buys_ ? top.ask_price : top.bid_price;
        top_.quantity = buys_ ? top.ask_quantity : top.bid_quantity;
    }

    /// Null when there is no n-th level.
    [[nodiscard]] const tradectl_level* level(std::uint32_t n) const {
        if (book_ == nullptr) return n == 0 && !price_of(top_).is_null() ? &top_ : nullptr;
        if (!book_->valid() || n >= (buys_ ? book_->ask_count() : book_->bid_count()))
            return nullptr;
        return buys_ ? &book_->ask(n) : &book_->bid(n);
    }
    /// Up to `quantity`, no worse than `bound`; a null bound does not bind.
    [[nodiscard]] Walk walk(Decimal quantity, Decimal bound) const {
        Walk walk;
        for (std::uint32_t n = 0; walk.quantity < quantity; ++n) {
            const tradectl_level* at = level(n);
            if (at == nullptr || is_beyond(price_of(*at), bound)) break;
            const auto left = checked_sub(quantity, walk.quantity);
            const Decimal shown = Decimal::from_abi(at->quantity);
            if (!left || shown.is_null()) return {Decimal::null(), Decimal::null()};
            const Decimal taken = std::min(*left, shown);
            const auto cost = checked_mul(taken, price_of(*at), Rounding::HalfEven);
            const auto sum = cost ? checked_add(walk.notional, *cost) : std::nullopt;
            const auto total = checked_add(walk.quantity, taken);
            if (!sum || !total) return {Decimal::null(), Decimal::null()};
            walk = {*total, *sum};
        }
        return walk;
    }
    [[nodiscard]] bool is_beyond(Decimal price, Decimal bound) const {
        if (bound.is_null()) return false;
        return buys_ ? price > bound : price < bound;
    }

  private:
    static Decimal price_of(const tradectl_level& level) { return Decimal::from_abi(level.price); }

    const market::Book* book_;
    tradectl_level top_{};
    bool buys_;
};

/// The worst price within the collar; null without one.
Decimal collar_bound(const risk::OrderRequest& order, Decimal collar, Decimal reference) {
    if (collar.is_null() || reference.is_null()) return Decimal::null();
    const auto width = checked_mul(reference, collar, Rounding::Down);
    if (!width) return Decimal::null();
    const auto bound = order.side == TRADECTL_SIDE_BUY ? checked_add(reference, *width)
                                                       : checked_sub(reference, *width);
    return bound.value_or(Decimal::null());
}

Decimal expected_price(const risk::OrderRequest& order, const OtherSide& side) {
    const Walk walk = side.walk(order.quantity, order.price);
    if (walk.quantity.is_null()) return Decimal::null();
    // Nobody knows what the rest of an order at market would cost; a limit says what it may.
    if (order.price.is_null() && walk.quantity < order.quantity) return Decimal::null();
    if (walk.quantity.is_zero()) return order.price;
    const bool buys = order.side == TRADECTL_SIDE_BUY;
    return checked_div(walk.notional, walk.quantity, buys ? Rounding::Up : Rounding::Down)
        .value_or(Decimal::null());
}

}  // namespace

void Gate::see_market(const risk::OrderRequest& order,
                      tradectl_instrument_handle instrument,
                      const risk::MarketLimits& limits,
                      risk::Snapshot& snapshot) const {
    const tradectl_book_top& top = trading_.books->top(instrument);
    const market::Book* book = trading_.books->book(instrument);
    risk::MarketView& market = snapshot.market;
    market.bid = Decimal::from_abi(top.bid_price);
    market.ask = Decimal::from_abi(top.ask_price);
    market.updated = Timestamp{top.updated};
    const bool quoted = !market.bid.is_null() || !market.ask.is_null();
    market.kind = book != nullptr ? risk::BookKind::Depth
                  : quoted        ? risk::BookKind::Quotes
                                  : risk::BookKind::None;
    if (market.kind == risk::BookKind::None || !order.quantity.is_positive()) return;
    const OtherSide side(book, top, order.side);
    if (!limits.slippage_max.is_null() && market.kind >= limits.slippage_from) {
        market.expected_price = expected_price(order, side);
    }
    if (limits.depth_min.is_null()) return;
    const Decimal collar = collar_bound(order, limits.price_collar, snapshot.reference_price);
    Decimal bound = order.price;
    if (bound.is_null() || (!collar.is_null() && side.is_beyond(bound, collar))) bound = collar;
    const auto wanted = checked_mul(order.quantity, limits.depth_min, Rounding::Up);
    if (wanted) market.shown = side.walk(*wanted, bound).quantity;
}

}  // namespace tradectl::engine
