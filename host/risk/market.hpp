/// What the gate may ask of the market before it lets risk in.
#pragma once

#include <tradectl/decimal.hpp>
#include <tradectl/timestamp.hpp>

#include <cstdint>

namespace tradectl::risk {

/// What the best bid and ask must be for an entry.
enum class BookRule : std::uint8_t {
    Off,
    Sound,     ///< where either side is shown, both must be, and bid below ask
    Required,  ///< both sides, whatever is fed
};

/// What the market shows of an instrument.
enum class BookKind : std::uint8_t {
    None,    ///< trades or bars alone, or nothing yet
    Quotes,  ///< best bid and ask
    Depth,   ///< a book by price
};

/// Limits of the market group; they bind entries, never exits. A null decimal and a 0 are "off".
struct MarketLimits {
    BookRule book = BookRule::Off;
    std::int64_t quote_age_ns_max = 0;        ///< since the market was heard of last
    Decimal price_collar = Decimal::null();   ///< fraction: distance of a limit price
    Decimal depth_min = Decimal::null();      ///< of the order's quantity, shown within the collar
    Decimal slippage_max = Decimal::null();   ///< fraction: expected cost against the reference
    BookKind slippage_from = BookKind::None;  ///< less than this is shown: no such check
    std::int64_t closing_window_ns = 0;       ///< before the close of the market
    Decimal gas_price_max = Decimal::null();  ///< gwei; asked of what is swapped on a chain
};

/// The market as the gate sees it. Null decimals are "not known".
struct MarketView {
    BookKind kind = BookKind::None;
    Decimal bid = Decimal::null();
    Decimal ask = Decimal::null();
    Timestamp updated = Timestamp::none();  ///< when the market was heard of last
    /// What a taker would meet: quantity shown up to the collar and the order's own price, and the
    /// average price of the order's quantity (of what its price reaches, for a limit order).
    Decimal shown = Decimal::null();
    Decimal expected_price = Decimal::null();
    Decimal gas_price = Decimal::null();  ///< gwei
};

}  // namespace tradectl::risk
