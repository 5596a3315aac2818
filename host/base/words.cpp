#include "host/base/words.hpp"

#include <tradectl/abi/commands.h>
#include <tradectl/abi/types.h>

namespace tradectl {

namespace {

struct ReasonWord {
    std::uint32_t reason;
    std::string_view word;
};

constexpr ReasonWord kReasonWords[] = {
    {TRADECTL_REASON_NONE, "none"},
    {TRADECTL_REASON_UNKNOWN_INSTRUMENT, "unknown_instrument"},
    {TRADECTL_REASON_BAD_ORDER_REF, "bad_order_ref"},
    {TRADECTL_REASON_DUPLICATE_ORDER_REF, "duplicate_order_ref"},
    {TRADECTL_REASON_BAD_FIELD, "bad_field"},
    {TRADECTL_REASON_PRICE_NOT_ON_TICK, "price_not_on_tick"},
    {TRADECTL_REASON_QUANTITY_NOT_ON_LOT, "quantity_not_on_lot"},
    {TRADECTL_REASON_QUANTITY_BELOW_MIN, "quantity_below_min"},
    {TRADECTL_REASON_QUANTITY_ABOVE_MAX, "quantity_above_max"},
    {TRADECTL_REASON_NOTIONAL_BELOW_MIN, "notional_below_min"},
    {TRADECTL_REASON_PRICE_OUT_OF_BOUNDS, "price_out_of_bounds"},
    {TRADECTL_REASON_OVERFLOW, "overflow"},
    {TRADECTL_REASON_INSUFFICIENT_BALANCE, "insufficient_balance"},
    {TRADECTL_REASON_POSITION_LIMIT, "position_limit"},
    {TRADECTL_REASON_EXPOSURE_LIMIT, "exposure_limit"},
    {TRADECTL_REASON_OPEN_ORDERS_LIMIT, "open_orders_limit"},
    {TRADECTL_REASON_POSITIONS_LIMIT, "positions_limit"},
    {TRADECTL_REASON_DUPLICATE_POSITION, "duplicate_position"},
    {TRADECTL_REASON_RATE_LIMIT, "rate_limit"},
    {TRADECTL_REASON_DAILY_ORDER_LIMIT, "daily_order_limit"},
    {TRADECTL_REASON_NO_PRICE, "no_price"},
    {TRADECTL_REASON_HALTED, "halted"},
    {TRADECTL_REASON_REDUCE_ONLY, "reduce_only"},
    {TRADECTL_REASON_UNRESOLVED_BLOCKS, "unresolved_blocks"},
    {TRADECTL_REASON_WAL_BACKLOG, "wal_backlog"},
    {TRADECTL_REASON_UNSUPPORTED, "unsupported"},
    {TRADECTL_REASON_INSTANCE_FAULTED, "instance_faulted"},
    {TRADECTL_REASON_SHUTTING_DOWN, "shutting_down"},
    {TRADECTL_REASON_UNKNOWN_ORDER, "unknown_order"},
    {TRADECTL_REASON_INSTRUMENT_NOT_OPEN, "instrument_not_open"},
    {TRADECTL_REASON_PREPARE_FAILED, "prepare_failed"},
    {TRADECTL_REASON_DUPLICATE_INTENT, "duplicate_intent"},
    {TRADECTL_REASON_NOTIONAL_ABOVE_MAX, "notional_above_max"},
    {TRADECTL_REASON_NO_BOOK, "no_book"},
    {TRADECTL_REASON_BOOK_CROSSED, "book_crossed"},
    {TRADECTL_REASON_QUOTE_TOO_OLD, "quote_too_old"},
    {TRADECTL_REASON_PRICE_COLLAR, "price_collar"},
    {TRADECTL_REASON_NOT_ENOUGH_DEPTH, "not_enough_depth"},
    {TRADECTL_REASON_SLIPPAGE_LIMIT, "slippage_limit"},
    {TRADECTL_REASON_GAS_PRICE_LIMIT, "gas_price_limit"},
    {TRADECTL_REASON_DAILY_LOSS_LIMIT, "daily_loss_limit"},
    {TRADECTL_REASON_DRAWDOWN_LIMIT, "drawdown_limit"},
    {TRADECTL_REASON_LOSSES_IN_A_ROW, "losses_in_a_row"},
    {TRADECTL_REASON_REJECT_RATE, "reject_rate"},
    {TRADECTL_REASON_UNRESOLVED_LIMIT, "unresolved_limit"},
    {TRADECTL_REASON_STREAM_STALE, "stream_stale"},
    {TRADECTL_REASON_BREAKER_OPEN, "breaker_open"},
    {TRADECTL_REASON_VENUE_REJECTED, "venue_rejected"},
    {TRADECTL_REASON_POST_ONLY_WOULD_TAKE, "post_only_would_take"},
    {TRADECTL_REASON_SELF_TRADE, "self_trade"},
    {TRADECTL_REASON_FOK_NOT_FILLED, "fok_not_filled"},
    {TRADECTL_REASON_IOC_REMAINDER, "ioc_remainder"},
    {TRADECTL_REASON_CANCELED_BY_STRATEGY, "canceled_by_strategy"},
    {TRADECTL_REASON_CANCELED_BY_OPERATOR, "canceled_by_operator"},
    {TRADECTL_REASON_CANCELED_ON_SHUTDOWN, "canceled_on_shutdown"},
    {TRADECTL_REASON_EXPIRED, "expired"},
    {TRADECTL_REASON_NO_LIQUIDITY, "no_liquidity"},
    {TRADECTL_REASON_EXIT_TARGET, "exit_target"},
    {TRADECTL_REASON_EXIT_STOP, "exit_stop"},
    {TRADECTL_REASON_EXIT_TRAILING, "exit_trailing"},
    {TRADECTL_REASON_EXIT_TIME, "exit_time"},
    {TRADECTL_REASON_EXIT_SIGNAL, "exit_signal"},
    {TRADECTL_REASON_EXIT_MARKET_CLOSE, "exit_market_close"},
    {TRADECTL_REASON_EXIT_SHUTDOWN, "exit_shutdown"},
    {TRADECTL_REASON_EXIT_FAULT, "exit_fault"},
    {TRADECTL_REASON_LIQUIDATION, "liquidation"},
    {TRADECTL_REASON_EXIT_OPERATOR, "exit_operator"},
};

}  // namespace

std::string_view reason_name(std::uint32_t reason) {
    for (const ReasonWord& each : kReasonWords) {
        if (each.reason == reason) return each.word;
    }
    return "unknown";
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

}  // namespace tradectl
