/// What the recorded market offers at this moment, less what our orders have taken of it.
#pragma once

#include "types.hpp"

#include <cstddef>
#include <vector>

namespace tradectl::paper {

struct Level {
    Decimal price;
    Decimal quantity;
};

/// Quantity of a level whose size the feed does not tell, or that no trade limits.
inline constexpr Decimal kUnlimited = Decimal::max();

/// One side of a display, best level first. Follows the vector that it looks at, which stands worst
/// first: changes near the best price then move little.
class Ladder {
  public:
    explicit Ladder(const std::vector<Level>& worst_first) : levels_(&worst_first) {}

    [[nodiscard]] bool empty() const { return levels_->empty(); }
    [[nodiscard]] std::size_t size() const { return levels_->size(); }
    [[nodiscard]] const Level& front() const { return levels_->back(); }
    [[nodiscard]] const Level& operator[](std::size_t n) const {
        return (*levels_)[levels_->size() - 1 - n];
    }
    [[nodiscard]] auto begin() const { return levels_->rbegin(); }
    [[nodiscard]] auto end() const { return levels_->rend(); }

  private:
    const std::vector<Level>* levels_;
};

/// The market's side of one instrument. [engine]
///
/// As long as the feed shows neither quotes nor a book, the last trade is the touch of both sides.
class MarketView {
  public:
    /// One trade replaces what was left of the one before.
    void set_trade(Decimal price, Decimal quantity) {
        last_price_ = price;
        last_quantity_ = quantity;
        taken_ = Decimal{};
        if (!has_quotes_) is_lost_ = false;
    }
    /// A side without price is empty; a price without quantity is without limit. Ignored once a
    /// book has been seen.
    void set_quote(Level bid, Level ask);
    /// Starts a book anew; levels follow by `set_level`.
    void clear_book();
    /// The feed was lost: nothing that it showed can be had until it shows something anew, and of a
    /// book nothing until the next begins. The last trade stays what it was.
    void lose();
    /// Quantity zero removes the level.
    void set_level(Side side, Decimal price, Decimal quantity);

    [[nodiscard]] bool has_quotes() const { return has_quotes_; }
    [[nodiscard]] bool has_book() const { return has_book_; }
    [[nodiscard]] bool is_lost() const { return is_lost_; }
    [[nodiscard]] bool has_trade() const { return !last_price_.is_null(); }
    [[nodiscard]] Decimal last_price() const { return last_price_; }
    [[nodiscard]] Decimal last_quantity() const { return last_quantity_; }
    [[nodiscard]] Decimal taken() const { return taken_; }
    void set_taken(Decimal taken) { taken_ = taken; }

    /// The close of the last bar and what can be had at it; the price is null before the first.
    [[nodiscard]] const Level& close() const { return close_; }
    void set_close(Level close) { close_ = close; }
    void take_close(Decimal quantity) {
        if (close_.quantity != kUnlimited) close_.quantity = close_.quantity - quantity;
    }
    /// Whether the feed has shown anything but bars.
    [[nodiscard]] bool is_fed() const { return is_fed_; }
    void set_fed() { is_fed_ = true; }

    /// Displayed levels of one side, best first.
    [[nodiscard]] Ladder levels(Side side) const {
        return Ladder(side == Side::Buy ? bids_ : asks_);
    }
    /// Takes displayed quantity away until the feed shows the level again. Nothing happens to a
    /// level without limit or to one that is not there.
    void take(Side side, Decimal price, Decimal quantity);

    /// Displayed quantity at a price of the given side: null when the feed cannot tell, zero when
    /// nobody stands there.
    [[nodiscard]] Decimal displayed(Side side, Decimal price) const;

    /// What a position is valued at when closing it takes orders of `side`; null when the feed has
    /// shown no price. A rule that finds no price takes the next: touch, mid, last.
    [[nodiscard]] Decimal mark(Side side, Mark rule) const;

  private:
    std::vector<Level>& side_levels(Side side) { return side == Side::Buy ? bids_ : asks_; }

    Decimal last_price_ = Decimal::null();
    Decimal last_quantity_;
    Decimal taken_;  ///< of the last trade, by our orders
    Level close_{Decimal::null(), Decimal{}};
    bool is_fed_ = false;
    bool has_quotes_ = false;
    bool has_book_ = false;
    bool is_lost_ = false;
    std::vector<Level> bids_;  // worst first, as the asks
    std::vector<Level> asks_;
};

}  // namespace tradectl::paper
