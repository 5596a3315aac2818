/// What a position would be without a fill that its venue takes back.
#pragma once

#include "host/execution/position.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tradectl::execution {

/// The fills of one position since the oldest that a venue may still undo, and the position before
/// them: average price and profit depend on the order of fills, so one that is taken out of the
/// middle is taken out by adding up the others anew. Empty when nothing can be undone. [any], one
/// thread at a time.
class PositionTail {
  public:
    struct Fill {
        std::string name;  ///< of its order and trade, unique in the position
        std::uint8_t side = TRADECTL_SIDE_NONE;
        Decimal price;
        Decimal quantity;
        bool is_final = false;
    };

    /// `fill` made `after` of `before`. When `before` is not what the last fill left, somebody
    /// changed the position otherwise: what was known so far is forgotten.
    void add(const Position& before, Fill fill, const Position& after);
    /// The fill will not be undone any more.
    void settle(std::string_view name);
    /// Takes the fill out: the position `now` becomes what it would be without it. Exact, to the
    /// last digit. NotFound when the fill, or how `now` came to be, is not known.
    [[nodiscard]] Expected<PositionChange> undo(std::string_view name,
                                                const Position& now,
                                                Decimal multiplier);
    [[nodiscard]] bool empty() const { return fills_.empty(); }

  private:
    void forget_final();

    Position base_;
    struct Step {
        Fill fill;
        Position after;
    };
    std::vector<Step> fills_;
};

}  // namespace tradectl::execution
