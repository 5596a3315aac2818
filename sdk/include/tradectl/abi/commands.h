/* Records that flow from a strategy to the host. They never block; the verdict arrives later as an
 * order event. */
#ifndef TRADECTL_ABI_COMMANDS_H
#define TRADECTL_ABI_COMMANDS_H

#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TRADECTL_COMMAND_SUBMIT 1
#define TRADECTL_COMMAND_SUBMIT_BATCH 2
#define TRADECTL_COMMAND_REPLACE 3
#define TRADECTL_COMMAND_CANCEL 4
#define TRADECTL_COMMAND_CANCEL_BATCH 5
#define TRADECTL_COMMAND_CANCEL_ALL 6
#define TRADECTL_COMMAND_EXITS 7
#define TRADECTL_COMMAND_SUBSCRIBE 8
#define TRADECTL_COMMAND_TIMER 9
#define TRADECTL_COMMAND_METRIC 10
#define TRADECTL_COMMAND_DECIDE 11
#define TRADECTL_COMMAND_KV_PUT 12
#define TRADECTL_COMMAND_BYTES_MAX 65536

typedef struct tradectl_command {
    uint32_t size; /* of the whole record, a multiple of 8 */
    uint16_t type;
    uint16_t flags;
    tradectl_instrument_handle instrument;
    tradectl_account_handle account; /* TRADECTL_HANDLE_NONE: the instance's default */
    uint64_t trigger_seq;            /* `seq` of the event that caused it, or 0 */
} tradectl_command;

typedef struct tradectl_submit_command {
    tradectl_command header;
    uint64_t
        order_ref; /* chosen by the strategy, unique for the life of the state directory, never 0 */
    uint64_t intent_tag; /* key of the duplicate-order window; 0: none */
    uint8_t side;
    uint8_t order_type;
    uint8_t time_in_force;
    uint8_t reserved[5];
    uint32_t order_flags;
    uint32_t reserved2;
    tradectl_decimal quantity;
    tradectl_decimal price;      /* null for MARKET and STOP */
    tradectl_decimal stop_price; /* null but for STOP and STOP_LIMIT */
    tradectl_time expire_time;   /* for GTD, else TRADECTL_TIME_NONE */
} tradectl_submit_command;

/* `count` submit commands, `stride` bytes apart, start `offset` bytes after the record's start. One
 * WAL batch. */
typedef struct tradectl_batch_command {
    tradectl_command header;
    uint32_t count;
    uint32_t stride;
    uint32_t offset;
    uint32_t reserved;
} tradectl_batch_command;

typedef struct tradectl_replace_command {
    tradectl_command header;
    uint64_t order_ref;
    uint64_t new_order_ref;
    tradectl_decimal quantity; /* null: as it was */
    tradectl_decimal price;    /* null: as it was */
} tradectl_replace_command;

/* CANCEL. CANCEL_BATCH is a batch command whose items are u64 order refs. CANCEL_ALL uses the bare
 * header; instrument TRADECTL_HANDLE_NONE means all of the instance's orders. */
typedef struct tradectl_cancel_command {
    tradectl_command header;
    uint64_t order_ref;
} tradectl_cancel_command;

#define TRADECTL_EXIT_TARGET UINT32_C(1)
#define TRADECTL_EXIT_STOP UINT32_C(2)
#define TRADECTL_EXIT_TRAILING UINT32_C(4)
#define TRADECTL_EXIT_TIME UINT32_C(8)
#define TRADECTL_EXIT_CLEAR UINT32_C(16) /* drop what was declared before */
#define TRADECTL_EXIT_NOW UINT32_C(32)   /* signal: close the position now */
/* With TRAILING: its offsets are fractions of the best price since, not of the entry price. */
#define TRADECTL_EXIT_TRAILING_OF_BEST UINT32_C(64)

/* Declares how the host closes this instance's position in the instrument. A later one replaces it.
 * Offsets are from the average entry price: a fraction of it (0.01 is 1 %), or an absolute price
 * step for BINARY. */
#define TRADECTL_EXIT_STEPS_MAX 8
/* A target that is in force from `after_ns` after the entry on. */
typedef struct tradectl_exit_step {
    int64_t after_ns;
    tradectl_decimal offset; /* may be 0, or negative: a loss that is taken */
} tradectl_exit_step;

typedef struct tradectl_exits_command {
    tradectl_command header;
    uint32_t rules; /* TRADECTL_EXIT_TARGET ..., or-ed */
    uint32_t reserved;
    tradectl_decimal target_offset;
    tradectl_decimal stop_offset;
    tradectl_decimal trailing_offset;
    tradectl_decimal trailing_activation; /* gain at which trailing starts; null: at once */
    tradectl_decimal quantity_fraction;   /* of the position, null: all */
    int64_t hold_ns_max;
    tradectl_decimal trailing_before; /* trails by this until the activation; 0: does not */
    tradectl_decimal fee_rate; /* targets are net of this share at entry and exit; 0: gross */
    uint32_t step_count;       /* above 0: the steps, by rising time, replace target_offset */
    uint32_t reserved2;
    tradectl_exit_step steps[TRADECTL_EXIT_STEPS_MAX];
} tradectl_exits_command;

#define TRADECTL_STREAM_QUOTES UINT32_C(1)
#define TRADECTL_STREAM_TRADES UINT32_C(2)
#define TRADECTL_STREAM_BARS UINT32_C(4)
#define TRADECTL_STREAM_BOOK UINT32_C(8)
#define TRADECTL_STREAM_ACTIVITY UINT32_C(16)

typedef struct tradectl_subscribe_command {
    tradectl_command header;
    uint32_t streams; /* TRADECTL_STREAM_QUOTES ..., or-ed; 0 unsubscribes */
    uint32_t reserved;
    int64_t bar_interval_ns;
    tradectl_id wallet; /* for ACTIVITY */
} tradectl_subscribe_command;

typedef struct tradectl_timer_command {
    tradectl_command header;
    uint64_t timer_id;
    tradectl_time due;   /* TRADECTL_TIME_NONE cancels */
    int64_t interval_ns; /* repeats when above 0 */
} tradectl_timer_command;

typedef struct tradectl_metric_command {
    tradectl_command header;
    double value;
    tradectl_id name;
} tradectl_metric_command;

/* Why: kept in the audit log with the orders that the same turn submits. */
#define TRADECTL_DECIDE_NUMBERS_MAX 8
typedef struct tradectl_decide_command {
    tradectl_command header;
    uint64_t order_ref; /* 0: no order came of it */
    tradectl_text note;
    uint32_t number_count;
    uint32_t reserved;
    struct {
        char name[24]; /* terminated */
        tradectl_decimal value;
    } numbers[TRADECTL_DECIDE_NUMBERS_MAX];
} tradectl_decide_command;

/* Key, then value, start `offset` bytes after the record's start. An empty value deletes the key.
 */
#define TRADECTL_KV_KEY_BYTES_MAX 255
#define TRADECTL_KV_VALUE_BYTES_MAX 61440
typedef struct tradectl_kv_put_command {
    tradectl_command header;
    uint32_t key_bytes;
    uint32_t value_bytes;
    uint32_t offset;
    uint32_t reserved;
} tradectl_kv_put_command;

/* Why an order was denied, rejected, canceled or triggered. Appended to, never reused. */
#define TRADECTL_REASON_NONE 0
#define TRADECTL_REASON_UNKNOWN_INSTRUMENT 1
#define TRADECTL_REASON_BAD_ORDER_REF 2
#define TRADECTL_REASON_DUPLICATE_ORDER_REF 3
#define TRADECTL_REASON_BAD_FIELD 4
#define TRADECTL_REASON_PRICE_NOT_ON_TICK 5
#define TRADECTL_REASON_QUANTITY_NOT_ON_LOT 6
#define TRADECTL_REASON_QUANTITY_BELOW_MIN 7
#define TRADECTL_REASON_QUANTITY_ABOVE_MAX 8
#define TRADECTL_REASON_NOTIONAL_BELOW_MIN 9
#define TRADECTL_REASON_PRICE_OUT_OF_BOUNDS 10
#define TRADECTL_REASON_OVERFLOW 11
#define TRADECTL_REASON_INSUFFICIENT_BALANCE 12
#define TRADECTL_REASON_POSITION_LIMIT 13
#define TRADECTL_REASON_EXPOSURE_LIMIT 14
#define TRADECTL_REASON_OPEN_ORDERS_LIMIT 15
#define TRADECTL_REASON_POSITIONS_LIMIT 16
#define TRADECTL_REASON_DUPLICATE_POSITION 17
#define TRADECTL_REASON_RATE_LIMIT 18
#define TRADECTL_REASON_DAILY_ORDER_LIMIT 19
#define TRADECTL_REASON_NO_PRICE 20
#define TRADECTL_REASON_HALTED 21
#define TRADECTL_REASON_REDUCE_ONLY 22
#define TRADECTL_REASON_UNRESOLVED_BLOCKS 23
#define TRADECTL_REASON_WAL_BACKLOG 24
#define TRADECTL_REASON_UNSUPPORTED 25
#define TRADECTL_REASON_INSTANCE_FAULTED 26
#define TRADECTL_REASON_SHUTTING_DOWN 27
#define TRADECTL_REASON_UNKNOWN_ORDER 28
#define TRADECTL_REASON_INSTRUMENT_NOT_OPEN 29
#define TRADECTL_REASON_PREPARE_FAILED 30
#define TRADECTL_REASON_DUPLICATE_INTENT 31
#define TRADECTL_REASON_NOTIONAL_ABOVE_MAX 32
#define TRADECTL_REASON_NO_BOOK 33
#define TRADECTL_REASON_BOOK_CROSSED 34
#define TRADECTL_REASON_QUOTE_TOO_OLD 35
#define TRADECTL_REASON_PRICE_COLLAR 36
#define TRADECTL_REASON_NOT_ENOUGH_DEPTH 37
#define TRADECTL_REASON_SLIPPAGE_LIMIT 38
#define TRADECTL_REASON_GAS_PRICE_LIMIT 39
#define TRADECTL_REASON_DAILY_LOSS_LIMIT 40
#define TRADECTL_REASON_DRAWDOWN_LIMIT 41
#define TRADECTL_REASON_LOSSES_IN_A_ROW 42
#define TRADECTL_REASON_REJECT_RATE 43
#define TRADECTL_REASON_UNRESOLVED_LIMIT 44
#define TRADECTL_REASON_STREAM_STALE 45
#define TRADECTL_REASON_BREAKER_OPEN 46
#define TRADECTL_REASON_VENUE_REJECTED 64
#define TRADECTL_REASON_POST_ONLY_WOULD_TAKE 65
#define TRADECTL_REASON_SELF_TRADE 66
#define TRADECTL_REASON_FOK_NOT_FILLED 67
#define TRADECTL_REASON_IOC_REMAINDER 68
#define TRADECTL_REASON_CANCELED_BY_STRATEGY 69
#define TRADECTL_REASON_CANCELED_BY_OPERATOR 70
#define TRADECTL_REASON_CANCELED_ON_SHUTDOWN 71
#define TRADECTL_REASON_EXPIRED 72
#define TRADECTL_REASON_NO_LIQUIDITY 73
#define TRADECTL_REASON_EXIT_TARGET 96
#define TRADECTL_REASON_EXIT_STOP 97
#define TRADECTL_REASON_EXIT_TRAILING 98
#define TRADECTL_REASON_EXIT_TIME 99
#define TRADECTL_REASON_EXIT_SIGNAL 100
#define TRADECTL_REASON_EXIT_MARKET_CLOSE 101
#define TRADECTL_REASON_EXIT_SHUTDOWN 102
#define TRADECTL_REASON_EXIT_FAULT 103
#define TRADECTL_REASON_LIQUIDATION 104
#define TRADECTL_REASON_EXIT_OPERATOR 105
#ifdef __cplusplus
}
#endif
#endif
