/// What every record of a data file keeps to: checked before writing and after reading.
#pragma once

#include "host/market/data_format.hpp"

#include <tradectl/decimal.hpp>

namespace tradectl::market {

namespace record_check_detail {
[[nodiscard]] inline bool above_zero(const tradectl_decimal& value) {
    return value.hi >= 0 && (value.hi | static_cast<std::int64_t>(value.lo != 0)) != 0;
}
[[nodiscard]] inline bool not_negative(const tradectl_decimal& value) {
    return value.hi >= 0;
}
[[nodiscard]] inline bool is_null(const tradectl_decimal& value) {
    return value.hi == TRADECTL_DECIMAL_NULL_HI && value.lo == TRADECTL_DECIMAL_NULL_LO;
}
}  // namespace record_check_detail

/// What is wrong with a record ("price is not above 0"), or null. The order of times is not
/// looked at.
[[nodiscard]] inline const char* record_fault(const TradeRecord& trade) {
    using namespace record_check_detail;
    if (!above_zero(trade.price)) return "price is not above 0";
    if (!above_zero(trade.quantity)) return "quantity is not above 0";
    if (trade.aggressor > TRADECTL_SIDE_SELL) return "aggressor is no side";
    return nullptr;
}

/// A side that is not known is null in price and quantity.
[[nodiscard]] inline const char* record_fault(const QuoteRecord& quote) {
    using namespace record_check_detail;
    if (!is_null(quote.bid_price) && !above_zero(quote.bid_price))
        return "bid price is not above 0";
    if (!is_null(quote.ask_price) && !above_zero(quote.ask_price))
        return "ask price is not above 0";
    if (!is_null(quote.bid_quantity) && !not_negative(quote.bid_quantity))
        return "bid quantity is negative";
    if (!is_null(quote.ask_quantity) && !not_negative(quote.ask_quantity))
        return "ask quantity is negative";
    return nullptr;
}

[[nodiscard]] inline const char* record_fault(const BarRecord& bar) {
    using namespace record_check_detail;
    const auto decimal = [](const tradectl_decimal& value) { return Decimal::from_abi(value); };
    if (!above_zero(bar.low)) return "low is not above 0";
    if (decimal(bar.high) < decimal(bar.low)) return "high is below low";
    if (decimal(bar.open) < decimal(bar.low) || decimal(bar.open) > decimal(bar.high))
        return "open is outside of low and high";
    if (decimal(bar.close) < decimal(bar.low) || decimal(bar.close) > decimal(bar.high))
        return "close is outside of low and high";
    if (!not_negative(bar.volume)) return "volume is negative";
    return nullptr;
}

[[nodiscard]] inline const char* record_fault(const BookRecord& level) {
    using namespace record_check_detail;
    if (level.levels_left >= kBookLevelsMax) return "too many levels";
    if ((level.flags & ~kBookRecordSnapshot) != 0) return "unknown flag";
    if (level.side == TRADECTL_SIDE_NONE)
        return level.levels_left == 0 ? nullptr : "level without a side";
    if (level.side > TRADECTL_SIDE_SELL) return "side is none";
    if (!above_zero(level.price)) return "price is not above 0";
    if (!not_negative(level.quantity)) return "quantity is negative";
    return nullptr;
}

}  // namespace tradectl::market
