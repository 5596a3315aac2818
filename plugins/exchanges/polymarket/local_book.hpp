/// One outcome token's book as the market channel tells it.
#pragma once

#include "amounts.hpp"

#include <tradectl/enums.hpp>

#include <algorithm>
#include <span>
#include <vector>

namespace tradectl::polymarket {

class LocalBook {
  public:
    /// Whether a snapshot stands, so that changes mean something.
    [[nodiscard]] bool is_valid() const { return is_valid_; }
    [[nodiscard]] std::span<const PriceLevel> bids() const { return bids_; }  ///< best first
    [[nodiscard]] std::span<const PriceLevel> asks() const { return asks_; }

    void drop() {
        bids_.clear(), asks_.clear();
        is_valid_ = false;
    }
    void set(std::span<const PriceLevel> bids, std::span<const PriceLevel> asks) {
        assign(bids_, bids, Side::Buy);
        assign(asks_, asks, Side::Sell);
        is_valid_ = true;
    }
    /// `quantity` is the new total at the price; 0 removes it.
    void change(Side side, const PriceLevel& level) {
        auto& levels = side == Side::Buy ? bids_ : asks_;
        const auto at = std::lower_bound(
            levels.begin(), levels.end(), level, [side](const auto& a, const auto& b) {
                return is_better(side, a.price, b.price);
            });
        const bool is_there = at != levels.end() && at->price == level.price;
        if (level.quantity.is_zero()) {
            if (is_there) levels.erase(at);
        } else if (is_there) {
            at->quantity = level.quantity;
        } else {
            levels.insert(at, level);
        }
    }

  private:
    static bool is_better(Side side, Decimal a, Decimal b) {
        return side == Side::Buy ? a > b : a < b;
    }
    /// The venue sends either end first; a price that stands twice counts as it was said last.
    static void assign(std::vector<PriceLevel>& to, std::span<const PriceLevel> from, Side side) {
        const auto better = [side](const auto& a, const auto& b) {
            return is_better(side, a.price, b.price);
        };
        to.clear();
        for (const PriceLevel& level : from)
            if (!level.quantity.is_zero()) to.push_back(level);
        if (std::is_sorted(to.rbegin(), to.rend(), better))
            std::reverse(to.begin(), to.end());
        else if (!std::is_sorted(to.begin(), to.end(), better))
            std::stable_sort(to.begin(), to.end(), better);
        const auto same = [](const auto& a, const auto& b) { return a.price == b.price; };
        to.erase(std::unique(to.begin(), to.end(), same), to.end());
    }

    std::vector<PriceLevel> bids_;
    std::vector<PriceLevel> asks_;
    bool is_valid_ = false;
};

}  // namespace tradectl::polymarket
