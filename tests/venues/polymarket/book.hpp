/// One token's resting orders: best price first, then first come.
#pragma once

#include "tests/venues/polymarket/values.hpp"

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace polysim {

enum class Side { Buy = 0, Sell = 1 };

inline Side other(Side side) {
    return side == Side::Buy ? Side::Sell : Side::Buy;
}
inline const char* text_of(Side side) {
    return side == Side::Buy ? "BUY" : "SELL";
}

class Book {
  public:
    struct Resting {
        std::string id;
        Micro left;
    };
    struct Hit {
        std::string id;
        Micro price;
        Micro quantity;
    };
    using Levels = std::map<Micro, std::deque<Resting>>;

    void add(Side side, Micro price, const std::string& id, Micro quantity);
    void remove(Side side, Micro price, const std::string& id);
    /// Takes what a taker of `side` gets up to `limit`, and removes it from the book.
    std::vector<Hit> take(Side side, Micro limit, Micro quantity);
    /// What `take` would give.
    std::vector<Hit> look(Side side, Micro limit, Micro quantity) const;
    std::optional<Micro> best(Side side) const;
    Micro level(Side side, Micro price) const;
    const Levels& levels(Side side) const { return side == Side::Buy ? bids_ : asks_; }

  private:
    Levels& levels(Side side) { return side == Side::Buy ? bids_ : asks_; }

    Levels bids_;
    Levels asks_;
};

}  // namespace polysim
