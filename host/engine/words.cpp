#include "host/engine/words.hpp"

#include <tradectl/abi/commands.h>
#include <tradectl/abi/types.h>

namespace tradectl::engine {

std::string_view reason_name(std::uint32_t reason) {
    switch (reason) {
        case TRADECTL_REASON_NONE: return "none";
        case TRADECTL_REASON_UNKNOWN_INSTRUMENT: return "unknown_instrument";
        case TRADECTL_REASON_BAD_ORDER_REF: return "bad_order_ref";
        case TRADECTL_REASON_DUPLICATE_ORDER_REF: return "duplicate_order_ref";
        case TRADECTL_REASON_BAD_FIELD: return "bad_field";
        case TRADECTL_REASON_PRICE_NOT_ON_TICK: return "price_not_on_tick";
        case TRADECTL_REASON_QUANTITY_NOT_ON_LOT: return "quantity_not_on_lot";
        case TRADECTL_REASON_QUANTITY_BELOW_MIN: return "quantity_below_min";
        case TRADECTL_REASON_QUANTITY_ABOVE_MAX: return "quantity_above_max";
        case TRADECTL_REASON_NOTIONAL_BELOW_MIN: return "notional_below_min";
        case TRADECTL_REASON_PRICE_OUT_OF_BOUNDS: return "price_out_of_bounds";
        case TRADECTL_REASON_OVERFLOW: return "overflow";
        case TRADECTL_REASON_INSUFFICIENT_BALANCE: return "insufficient_balance";
        case TRADECTL_REASON_POSITION_LIMIT: return "position_limit";
        case TRADECTL_REASON_EXPOSURE_LIMIT: return "exposure_limit";
        case TRADECTL_REASON_OPEN_ORDERS_LIMIT: return "open_orders_limit";
        case TRADECTL_REASON_POSITIONS_LIMIT: return "positions_limit";
        case TRADECTL_REASON_DUPLICATE_POSITION: return "duplicate_position";
        case TRADECTL_REASON_RATE_LIMIT: return "rate_limit";
        case TRADECTL_REASON_DAILY_ORDER_LIMIT: return "daily_order_limit";
        case TRADECTL_REASON_NO_PRICE: return "no_price";
        case TRADECTL_REASON_HALTED: return "halted";
        case TRADECTL_REASON_REDUCE_ONLY: return "reduce_only";
        case TRADECTL_REASON_UNRESOLVED_BLOCKS: return "unresolved_blocks";
        case TRADECTL_REASON_WAL_BACKLOG: return "wal_backlog";
        case TRADECTL_REASON_UNSUPPORTED: return "unsupported";
        case TRADECTL_REASON_INSTANCE_FAULTED: return "instance_faulted";
        case TRADECTL_REASON_SHUTTING_DOWN: return "shutting_down";
        case TRADECTL_REASON_UNKNOWN_ORDER: return "unknown_order";
        case TRADECTL_REASON_INSTRUMENT_NOT_OPEN: return "instrument_not_open";
        case TRADECTL_REASON_PREPARE_FAILED: return "prepare_failed";
        case TRADECTL_REASON_DUPLICATE_INTENT: return "duplicate_intent";
        case TRADECTL_REASON_NOTIONAL_ABOVE_MAX: return "notional_above_max";
        case TRADECTL_REASON_VENUE_REJECTED: return "venue_rejected";
        case TRADECTL_REASON_POST_ONLY_WOULD_TAKE: return "post_only_would_take";
        case TRADECTL_REASON_SELF_TRADE: return "self_trade";
        case TRADECTL_REASON_FOK_NOT_FILLED: return "fok_not_filled";
        case TRADECTL_REASON_IOC_REMAINDER: return "ioc_remainder";
        case TRADECTL_REASON_CANCELED_BY_STRATEGY: return "canceled_by_strategy";
        case TRADECTL_REASON_CANCELED_BY_OPERATOR: return "canceled_by_operator";
        case TRADECTL_REASON_CANCELED_ON_SHUTDOWN: return "canceled_on_shutdown";
        case TRADECTL_REASON_EXPIRED: return "expired";
        case TRADECTL_REASON_NO_LIQUIDITY: return "no_liquidity";
        case TRADECTL_REASON_EXIT_TARGET: return "exit_target";
        case TRADECTL_REASON_EXIT_STOP: return "exit_stop";
        case TRADECTL_REASON_EXIT_TRAILING: return "exit_trailing";
        case TRADECTL_REASON_EXIT_TIME: return "exit_time";
        case TRADECTL_REASON_EXIT_SIGNAL: return "exit_signal";
        case TRADECTL_REASON_EXIT_MARKET_CLOSE: return "exit_market_close";
        case TRADECTL_REASON_EXIT_SHUTDOWN: return "exit_shutdown";
        case TRADECTL_REASON_EXIT_FAULT: return "exit_fault";
        case TRADECTL_REASON_LIQUIDATION: return "liquidation";
        default: return "unknown";
    }
}

std::string_view side_name(std::uint32_t side) {
    switch (side) {
        case TRADECTL_SIDE_BUY: return "buy";
        case TRADECTL_SIDE_SELL: return "sell";
        default: return "none";
    }
}

std::string_view order_type_name(std::uint32_t type) {
    switch (type) {
        case TRADECTL_ORDER_LIMIT: return "limit";
        case TRADECTL_ORDER_MARKET: return "market";
        case TRADECTL_ORDER_STOP: return "stop";
        case TRADECTL_ORDER_STOP_LIMIT: return "stop_limit";
        default: return "unknown";
    }
}

std::string_view time_in_force_name(std::uint32_t time_in_force) {
    switch (time_in_force) {
        case TRADECTL_TIF_GTC: return "gtc";
        case TRADECTL_TIF_IOC: return "ioc";
        case TRADECTL_TIF_FOK: return "fok";
        case TRADECTL_TIF_GTD: return "gtd";
        default: return "unknown";
    }
}

std::string_view liquidity_name(std::uint32_t liquidity) {
    switch (liquidity) {
        case TRADECTL_LIQUIDITY_MAKER: return "maker";
        case TRADECTL_LIQUIDITY_TAKER: return "taker";
        default: return "none";
    }
}

}  // namespace tradectl::engine
