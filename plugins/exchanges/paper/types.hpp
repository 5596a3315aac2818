/// The words of the paper venue: orders, fills and the rules they obey. See tradectl-paper(7).
#pragma once

#include <tradectl/abi/commands.h>
#include <tradectl/abi/types.h>
#include <tradectl/decimal.hpp>
#include <tradectl/enums.hpp>
#include <tradectl/timestamp.hpp>

#include <cstdint>
#include <string>

namespace tradectl::paper {

/// Places in the venue's tables; dense, from 0, for the life of the process.
using MarketIndex = std::uint32_t;
using AccountIndex = std::uint32_t;
using AssetIndex = std::uint32_t;
inline constexpr std::uint32_t kNoIndex = UINT32_MAX;

/// Whether an order of `side` that asks for `limit` may trade at `price`.
[[nodiscard]] constexpr bool reaches(Side side, Decimal limit, Decimal price) {
    return side == Side::Buy ? price <= limit : price >= limit;
}
/// Whether `a` is the better price for whoever trades against an order of `side`.
[[nodiscard]] constexpr bool ranks_before(Side side, Decimal a, Decimal b) {
    return side == Side::Buy ? a > b : a < b;
}

/// Where a resting order stands behind the market's displayed quantity.
enum class QueueModel : std::uint8_t { Front, Back, Share };
/// What happens when an order meets one of its own account.
enum class SelfTrade : std::uint8_t { CancelNewest, CancelOldest, CancelBoth };
/// How much of a recorded trade our orders may take.
enum class Depth : std::uint8_t { Traded, Unlimited };
/// Where the price of what takes comes from.
enum class FillPrice : std::uint8_t { Touch, Close, NextOpen };
enum class SpreadOn : std::uint8_t { All, Entries };
enum class FixedFee : std::uint8_t { PerOrder, PerFill };
enum class BarPlay : std::uint8_t { Trades, Quotes };
enum class BarPath : std::uint8_t { FarFirst, OpenHighLowClose, OpenLowHighClose };
enum class BarPriority : std::uint8_t { Path, StopFirst, LimitFirst };
/// Price of a resting order that a bar reaches: the bar's trade, its own, or the better open.
enum class LimitFill : std::uint8_t { Trade, Limit, OpenOrBetter };
/// Price of a stop that a bar reaches: the bar's trade, its own, or the worse open.
enum class StopFill : std::uint8_t { Trade, Stop, OpenOrWorse };
enum class LimitTouch : std::uint8_t { Touch, Through };
enum class ZeroVolume : std::uint8_t { Skip, Fill };
/// Which limit of an IOC order fills at the end of a bar: none, one that lies in the bar, also one
/// worse than the whole bar, any.
enum class InBar : std::uint8_t { Refuse, Allow, Reached, Level };
/// Price at which profit becomes the base asset, where that settles.
enum class Conversion : std::uint8_t { Fill, Mark };
/// Price at which positions are valued.
enum class Mark : std::uint8_t { Touch, Mid, Last };
/// Who bears a loss beyond the balance.
enum class NegativeBalance : std::uint8_t { Clamp, Keep };

struct FeeRules {
    Decimal maker_rate;  ///< of the notional; negative is a rebate
    Decimal taker_rate;  ///< of the notional, not negative
    Decimal fixed;       ///< on top, in the asset that fees are paid in
    FixedFee fixed_per = FixedFee::PerOrder;
    Decimal unit = Decimal::from_raw(1);  ///< a fee is a multiple of it
    Rounding rounding = Rounding::Down;
    Decimal liquidation_rate;  ///< on top of the taker's, for a liquidation
};

struct BarRules {
    BarPlay play = BarPlay::Trades;
    std::int64_t spread_ticks = 0;
    Decimal depth = Decimal::max();  ///< displayed on each side; the largest number: no limit
    BarPath path = BarPath::FarFirst;
    ZeroVolume zero_volume = ZeroVolume::Skip;
    BarPriority priority = BarPriority::Path;
    LimitFill limit_fill = LimitFill::Trade;
    LimitTouch limit_touch = LimitTouch::Touch;
    StopFill stop_fill = StopFill::Trade;
    InBar in_bar = InBar::Refuse;
};

struct MatchingRules {
    QueueModel queue = QueueModel::Back;
    SelfTrade self_trade = SelfTrade::CancelNewest;
    Depth depth = Depth::Traded;
    Decimal participation = Decimal::from_int(1);  ///< share of a trade's quantity, 0..1
    FillPrice fill = FillPrice::Touch;
    Decimal spread;  ///< share of the price that what takes pays more
    SpreadOn spread_on = SpreadOn::All;
    std::int64_t slippage_ticks = 0;
    FeeRules fees;
    BarRules bars;
    Conversion conversion = Conversion::Fill;
    Mark mark = Mark::Touch;
    NegativeBalance negative_balance = NegativeBalance::Clamp;
};

/// How a market's fills are booked: what is bought is owned, or a position on margin.
enum class Accounting : std::uint8_t { Cash, Margin };

/// What may be traded in one market. Null decimals mean "no such limit".
struct Listing {
    std::string name;
    std::uint32_t kind = TRADECTL_INSTRUMENT_SPOT;
    std::uint32_t status = TRADECTL_INSTRUMENT_OPEN;
    AssetIndex base = kNoIndex;
    AssetIndex quote = kNoIndex;
    Decimal tick;
    Decimal lot;
    Decimal quantity_min = Decimal::null();
    Decimal quantity_max = Decimal::null();
    Decimal notional_min = Decimal::null();
    Decimal price_min = Decimal::null();
    Decimal price_max = Decimal::null();
    Accounting accounting = Accounting::Cash;
    AssetIndex settle = kNoIndex;  ///< what profit and fees are paid in; of Margin alone
    Decimal margin_initial;        ///< share of the notional
    Decimal margin_maintenance;

    [[nodiscard]] bool is_margin() const { return accounting == Accounting::Margin; }
    [[nodiscard]] bool settles_in_base() const { return is_margin() && settle == base; }
    [[nodiscard]] AssetIndex fee_asset() const { return is_margin() ? settle : quote; }
    /// What an open order of that side holds.
    [[nodiscard]] AssetIndex hold_asset(Side side) const {
        if (is_margin()) return settle;
        return side == Side::Buy ? quote : base;
    }
};

/// What an account has of a margin market.
struct Position {
    Decimal quantity;  ///< negative is short
    Decimal average_price = Decimal::null();
    Decimal realized;  ///< profit so far in the settle asset, fees not included
    [[nodiscard]] bool is_flat() const { return quantity.is_zero(); }
    friend bool operator==(const Position&, const Position&) = default;
};

/// The part of an order of `side` that makes a position smaller, were its quantity endless.
[[nodiscard]] inline Decimal reducible(const Position& position, Side side) {
    const Decimal signed_part = side == Side::Sell ? position.quantity : -position.quantity;
    return signed_part.is_positive() ? signed_part : Decimal{};
}

/// What an order asks for.
struct OrderTerms {
    std::string client_order_id;
    MarketIndex market = kNoIndex;
    AccountIndex account = kNoIndex;
    Side side = Side::Buy;
    OrderType type = OrderType::Limit;
    TimeInForce time_in_force = TimeInForce::Gtc;
    std::uint32_t flags = 0;  ///< TRADECTL_ORDER_POST_ONLY, TRADECTL_ORDER_REDUCE_ONLY
    Decimal quantity;
    Decimal price = Decimal::null();
    Decimal stop_price = Decimal::null();
    Timestamp expires = Timestamp::none();

    [[nodiscard]] bool post_only() const { return (flags & TRADECTL_ORDER_POST_ONLY) != 0; }
    [[nodiscard]] bool reduce_only() const { return (flags & TRADECTL_ORDER_REDUCE_ONLY) != 0; }
    [[nodiscard]] bool is_stop() const {
        return type == OrderType::Stop || type == OrderType::StopLimit;
    }
    /// The price at which it is paid for until it fills; null for a market order.
    [[nodiscard]] Decimal hold_price() const { return has_limit() ? price : stop_price; }
    /// Whether it may wait in the book at a price of its own.
    [[nodiscard]] bool has_limit() const {
        return type == OrderType::Limit || type == OrderType::StopLimit;
    }
};

/// An order as the venue keeps it. `terms.quantity = filled + leaves` while it is open.
struct Order {
    OrderTerms terms;
    std::uint64_t number = 0;  ///< venue order id and time priority, from 1; 0 when rejected
    OrderStatus status = OrderStatus::Acknowledged;
    Reason reason = TRADECTL_REASON_NONE;
    Decimal filled;
    Decimal leaves;
    Decimal traded_value;  ///< sum of price * quantity of its fills
    Decimal held;          ///< of the listing's `hold_asset`
    bool triggered = false;
    bool opening = false;   ///< waits for the open of the next bar
    bool by_venue = false;  ///< a liquidation, or a payout
    Timestamp updated;
    /// Displayed quantity that trades first; null while no quote has shown it.
    Decimal ahead = Decimal::null();
    /// What was displayed when `ahead` was last looked at; null as above.
    Decimal shown = Decimal::null();
    /// What a reduce-only order of a margin market may do at most; null: no such bound.
    Decimal reduce_max = Decimal::null();

    [[nodiscard]] bool is_open() const {
        return status == OrderStatus::Acknowledged || status == OrderStatus::PartiallyFilled;
    }
    /// What it can fill right now.
    [[nodiscard]] Decimal fillable() const {
        return reduce_max.is_null() || leaves < reduce_max ? leaves : reduce_max;
    }
    /// A stop whose trigger has not traded.
    [[nodiscard]] bool is_waiting() const { return terms.is_stop() && !triggered; }
};

/// One side of one execution. Two of our orders that trade with each other give two fills with one
/// trade number.
struct Fill {
    std::uint64_t number = 0;  ///< counts all fills of the venue, from 1, without gaps
    std::uint64_t trade = 0;
    std::uint64_t order = 0;  ///< number of the order
    std::string client_order_id;
    MarketIndex market = kNoIndex;
    AccountIndex account = kNoIndex;
    Side side = Side::Buy;
    Liquidity liquidity = Liquidity::Maker;
    Decimal price;
    Decimal quantity;
    Decimal fee;         ///< in the listing's `fee_asset`
    Decimal filled_qty;  ///< of the order, this fill included
    Decimal leaves_qty;
    Decimal realized = Decimal::null();  ///< booked in the settle asset; null for Cash
    bool by_venue = false;               ///< of a liquidation
    Timestamp time;
};

/// How many of each the venue has seen; the numbers it gives are these.
struct Counters {
    std::uint64_t orders = 0;
    std::uint64_t fills = 0;
    std::uint64_t trades = 0;
    std::uint64_t liquidations = 0;  ///< and payouts: orders of the venue's own
    friend bool operator==(const Counters&, const Counters&) = default;
};

struct Balance {
    Decimal total;
    Decimal held;
    [[nodiscard]] Decimal free() const { return total - held; }
};

}  // namespace tradectl::paper
