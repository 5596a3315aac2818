/// The last prices and quantities of one instrument, for comparing now with `lookback` ago.
#pragma once

#include <tradectl/decimal.hpp>

#include <cstddef>
#include <optional>
#include <vector>

namespace tradectl::momentum {

/// A ring that is allocated once. Exact; one push is a few additions.
class PriceWindow {
  public:
    explicit PriceWindow(std::size_t lookback) : ring_(lookback) {}

    /// Adds a price and returns the one `lookback` pushes before it, or null while there is none.
    Decimal push(Decimal price, Decimal quantity) {
        Sample& slot = ring_[next_];
        const Sample old = slot;
        slot = {price, quantity};
        next_ = next_ + 1 == ring_.size() ? 0 : next_ + 1;
        volume_ = checked_add(checked_sub(volume_, old.quantity).value_or(Decimal{}), quantity)
                      .value_or(Decimal::max());
        return old.price;
    }
    /// Sum of the quantities inside.
    [[nodiscard]] Decimal volume() const { return volume_; }
    void clear() {
        ring_.assign(ring_.size(), {});
        next_ = 0;
        volume_ = {};
    }

  private:
    struct Sample {
        Decimal price = Decimal::null();
        Decimal quantity;
    };
    std::vector<Sample> ring_;
    std::size_t next_ = 0;
    Decimal volume_;
};

}  // namespace tradectl::momentum
