/// Our own orders in one market: resting ones by price and time, waiting stops by time.
#pragma once

#include "types.hpp"

#include <vector>

namespace tradectl::paper {

/// Owns nothing: orders must outlive their stay. [engine]
class Book {
  public:
    /// Puts a resting order behind all of its price and better ones.
    void rest(Order& order);
    /// Adds a stop that waits for its trigger.
    void wait(Order& order);
    /// Adds an order that acts at the open of the next bar.
    void queue_for_open(Order& order);
    /// Takes an order out, wherever it stands.
    void remove(const Order& order);

    /// Resting orders of one side, best price first, then oldest first.
    [[nodiscard]] const std::vector<Order*>& resting(Side side) const {
        return side == Side::Buy ? bids_ : asks_;
    }
    /// Oldest first.
    [[nodiscard]] const std::vector<Order*>& waiting() const { return stops_; }
    /// Those that wait for an open, oldest first.
    [[nodiscard]] const std::vector<Order*>& opening() const { return opening_; }
    [[nodiscard]] bool empty() const {
        return bids_.empty() && asks_.empty() && stops_.empty() && opening_.empty();
    }
    /// Whether a price triggers any of the waiting stops.
    [[nodiscard]] bool triggers_any(Decimal buy_price, Decimal sell_price) const {
        return (!lowest_buy_.is_null() && !buy_price.is_null() && buy_price >= lowest_buy_) ||
               (!highest_sell_.is_null() && !sell_price.is_null() && sell_price <= highest_sell_);
    }

  private:
    void find_nearest_stops();

    std::vector<Order*> bids_;
    std::vector<Order*> asks_;
    std::vector<Order*> stops_;
    std::vector<Order*> opening_;
    Decimal lowest_buy_ = Decimal::null();    ///< trigger of a buy stop
    Decimal highest_sell_ = Decimal::null();  ///< trigger of a sell stop
};

}  // namespace tradectl::paper
