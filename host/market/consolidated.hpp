/// Quotes of several exchanges as one.
#pragma once

#include "host/market/import_options.hpp"

#include <tradectl/decimal.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::market {

/// The last quote of each exchange, and the best over all. [one thread]
class Consolidated {
  public:
    static constexpr std::size_t kExchangesMax = 64;
    struct Level {
        Decimal price;     ///< 0: nobody
        Decimal quantity;  ///< at that price
        bool operator==(const Level&) const = default;
    };
    enum class Side : std::uint8_t { Bid, Ask };

    explicit Consolidated(Consolidate rule) : rule_(rule) {}
    /// Takes one side of an exchange's quote. False when there are too many exchanges.
    bool set(std::string_view exchange, Side side, Level level) {
        Entry* entry = find(exchange);
        if (entry == nullptr) return false;
        if (level.quantity.is_zero()) level = {};
        Level& kept = side == Side::Bid ? entry->bid : entry->ask;
        if (kept == level) return true;
        kept = level;
        refresh(side);
        if (rule_ == Consolidate::Fresh) drop_crossed(side, level.price);
        return true;
    }
    [[nodiscard]] const Level& bid() const { return bid_; }
    [[nodiscard]] const Level& ask() const { return ask_; }

  private:
    struct Entry {
        std::string exchange;
        Level bid;
        Level ask;
    };
    Entry* find(std::string_view exchange) {
        // Both sides of a quote come one after the other.
        if (last_ < entries_.size() && entries_[last_].exchange == exchange)
            return &entries_[last_];
        for (last_ = 0; last_ < entries_.size(); ++last_)
            if (entries_[last_].exchange == exchange) return &entries_[last_];
        if (entries_.size() == kExchangesMax) return nullptr;
        entries_.push_back({std::string(exchange), {}, {}});
        return &entries_.back();
    }
    /// Takes away what the newest price of a side crosses on the other.
    void drop_crossed(Side newest, Decimal price) {
        if (price.is_zero()) return;
        bool any = false;
        for (Entry& entry : entries_) {
            Level& other = newest == Side::Bid ? entry.ask : entry.bid;
            const bool crossed = newest == Side::Bid ? other.price < price : other.price > price;
            if (other.price.is_zero() || !crossed) continue;
            other = {};
            any = true;
        }
        if (any) refresh(newest == Side::Bid ? Side::Ask : Side::Bid);
    }
    void refresh(Side side) {
        Level best;
        for (const Entry& entry : entries_) {
            const Level& level = side == Side::Bid ? entry.bid : entry.ask;
            if (level.price.is_zero()) continue;
            const bool better =
                best.price.is_zero() ||
                (side == Side::Bid ? level.price > best.price : level.price < best.price);
            if (better)
                best = level;
            else if (level.price == best.price)
                best.quantity = best.quantity + level.quantity;
        }
        (side == Side::Bid ? bid_ : ask_) = best;
    }

    Consolidate rule_;
    std::vector<Entry> entries_;
    std::size_t last_ = 0;  ///< the one that was found last
    Level bid_;
    Level ask_;
};

}  // namespace tradectl::market
