/* Plain types that cross the plugin border. C11, fixed widths, no padding left to the compiler.
 *
 * Every struct that is passed by pointer starts with `struct_size`, set by its writer; it grows at
 * its end only, and a reader uses a field only when `struct_size` covers it. Arrays carry a stride
 * for the same reason. Numbers are little-endian and two's complement. Reserved fields are 0.
 */
#ifndef TRADECTL_ABI_TYPES_H
#define TRADECTL_ABI_TYPES_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* 0 is success; negative codes are frozen and only appended to. */
typedef int32_t tradectl_status;
#define TRADECTL_OK 0
#define TRADECTL_INVALID_ARGUMENT (-1)
#define TRADECTL_NOT_FOUND (-2)
#define TRADECTL_DENIED (-3)
#define TRADECTL_UNAVAILABLE (-4)     /* retry the call */
#define TRADECTL_OUTCOME_UNKNOWN (-5) /* sent, no answer: reconcile, never resend blindly */
#define TRADECTL_CORRUPT (-6)
#define TRADECTL_IO (-7)
#define TRADECTL_UNSUPPORTED (-8)
#define TRADECTL_WRONG_THREAD (-9)
#define TRADECTL_QUOTA (-10)
#define TRADECTL_OVERFLOW (-11)
#define TRADECTL_BAD_STATE (-12)
#define TRADECTL_INTERNAL (-13)
#define TRADECTL_RATE_LIMITED (-14)
#define TRADECTL_AUTHENTICATION (-15)
#define TRADECTL_REJECTED (-16)
#define TRADECTL_MAINTENANCE (-17)

/* Money, price or quantity: signed 128-bit integer (hi * 2^64 + lo) in units of 1e-18. */
typedef struct tradectl_decimal {
    uint64_t lo;
    int64_t hi;
} tradectl_decimal;
/* "No value" is { TRADECTL_DECIMAL_NULL_LO, TRADECTL_DECIMAL_NULL_HI }. */
#define TRADECTL_DECIMAL_NULL_LO UINT64_C(0)
#define TRADECTL_DECIMAL_NULL_HI INT64_MIN
#define TRADECTL_DECIMAL_SCALE 18

/* Nanoseconds since 1970-01-01T00:00:00Z. TRADECTL_TIME_NONE means "not known". */
typedef int64_t tradectl_time;
#define TRADECTL_TIME_NONE INT64_MIN

/* UTF-8 text, not terminated, valid until the call that carries it returns. */
typedef struct tradectl_str {
    const char* data;
    uint32_t size;
    uint32_t reserved;
} tradectl_str;

typedef struct tradectl_bytes {
    const uint8_t* data;
    uint64_t size;
} tradectl_bytes;

/* Handles are small, dense, start at 0 and live as long as the plugin instance. */
typedef uint32_t tradectl_instrument_handle;
typedef uint32_t tradectl_account_handle;
typedef uint32_t tradectl_asset_handle;
#define TRADECTL_HANDLE_NONE UINT32_MAX

/* An id as the venue or the host writes it: UTF-8, `size` bytes used, the rest 0. */
#define TRADECTL_ID_BYTES_MAX 95
typedef struct tradectl_id {
    uint8_t size;
    char text[TRADECTL_ID_BYTES_MAX];
} tradectl_id;

typedef struct tradectl_text {
    uint8_t size;
    char text[127];
} tradectl_text;

/* Side of an order, a fill or an aggressor. */
#define TRADECTL_SIDE_NONE 0
#define TRADECTL_SIDE_BUY 1
#define TRADECTL_SIDE_SELL 2

#define TRADECTL_ORDER_LIMIT 1
#define TRADECTL_ORDER_MARKET 2
#define TRADECTL_ORDER_STOP 3       /* becomes MARKET when the trigger trades */
#define TRADECTL_ORDER_STOP_LIMIT 4 /* becomes LIMIT when the trigger trades */

#define TRADECTL_TIF_GTC 1 /* good till canceled */
#define TRADECTL_TIF_IOC 2 /* what fills at once; the rest is canceled */
#define TRADECTL_TIF_FOK 3 /* all at once or nothing */
#define TRADECTL_TIF_GTD 4 /* good till `expire_time` */

/* Order flags, or-ed. */
#define TRADECTL_ORDER_POST_ONLY UINT32_C(1)
#define TRADECTL_ORDER_REDUCE_ONLY UINT32_C(2)

/* Where an order stands. `order_qty = filled_qty + leaves_qty` until it is closed. */
#define TRADECTL_ORDER_STATUS_PENDING 1 /* intent being made durable */
#define TRADECTL_ORDER_STATUS_SENT 2
#define TRADECTL_ORDER_STATUS_ACKNOWLEDGED 3
#define TRADECTL_ORDER_STATUS_PARTIALLY_FILLED 4
#define TRADECTL_ORDER_STATUS_FILLED 5
#define TRADECTL_ORDER_STATUS_CANCELED 6
#define TRADECTL_ORDER_STATUS_REJECTED 7 /* by the venue */
#define TRADECTL_ORDER_STATUS_EXPIRED 8
#define TRADECTL_ORDER_STATUS_DENIED 9      /* by the host's risk gate */
#define TRADECTL_ORDER_STATUS_UNRESOLVED 10 /* sent, and nobody can say what became of it */

#define TRADECTL_LIQUIDITY_NONE 0
#define TRADECTL_LIQUIDITY_MAKER 1
#define TRADECTL_LIQUIDITY_TAKER 2

#define TRADECTL_SETTLEMENT_MATCHED 1
#define TRADECTL_SETTLEMENT_MINED 2
#define TRADECTL_SETTLEMENT_CONFIRMED 3
#define TRADECTL_SETTLEMENT_RETRYING 4
#define TRADECTL_SETTLEMENT_FAILED 5

#define TRADECTL_INSTRUMENT_SPOT 1
#define TRADECTL_INSTRUMENT_PERPETUAL 2
#define TRADECTL_INSTRUMENT_FUTURE 3
#define TRADECTL_INSTRUMENT_BINARY 4 /* price between 0 and 1, exclusive */
#define TRADECTL_INSTRUMENT_EQUITY 5
#define TRADECTL_INSTRUMENT_SWAP 6 /* quoted on request, as on a DEX */

#define TRADECTL_INSTRUMENT_OPEN 1
#define TRADECTL_INSTRUMENT_CLOSING 2
#define TRADECTL_INSTRUMENT_CLOSED 3
#define TRADECTL_INSTRUMENT_RESOLVED 4

/* CASH: what is bought is paid and owned, what is sold was owned. MARGIN: a position may be short;
 * its profit is paid in the settle asset when it is reduced, and a part of its notional is kept
 * back as margin. */
#define TRADECTL_ACCOUNTING_CASH 0
#define TRADECTL_ACCOUNTING_MARGIN 1

/* What can be traded, and on what grid. A null decimal means "no such limit". */
typedef struct tradectl_instrument {
    uint32_t struct_size;
    tradectl_instrument_handle handle;
    uint32_t kind;   /* TRADECTL_INSTRUMENT_SPOT ... */
    uint32_t status; /* TRADECTL_INSTRUMENT_OPEN ... */
    tradectl_asset_handle base_asset;
    tradectl_asset_handle quote_asset;
    tradectl_id name;  /* unique in the host: "BTC-USD.paper" */
    tradectl_id venue; /* instance name of the exchange plugin */
    tradectl_id venue_symbol;
    tradectl_id base; /* asset names */
    tradectl_id quote;
    tradectl_decimal tick; /* price grid */
    tradectl_decimal lot;  /* quantity grid */
    tradectl_decimal quantity_min;
    tradectl_decimal quantity_max;
    tradectl_decimal notional_min;
    tradectl_decimal price_min;
    tradectl_decimal price_max;
    tradectl_decimal multiplier;        /* quote value of one unit at price 1; 1 for spot */
    tradectl_time close_time;           /* TRADECTL_TIME_NONE when it has none */
    uint32_t accounting;                /* TRADECTL_ACCOUNTING_CASH, _MARGIN */
    tradectl_asset_handle settle_asset; /* what profit and fees are paid in */
    tradectl_id settle;
    tradectl_decimal margin_initial;     /* of the notional, 1/leverage; null for CASH */
    tradectl_decimal margin_maintenance; /* of the notional; null for CASH */
} tradectl_instrument;

#define TRADECTL_LOG_TRACE 0
#define TRADECTL_LOG_DEBUG 1
#define TRADECTL_LOG_INFO 2
#define TRADECTL_LOG_WARNING 3
#define TRADECTL_LOG_ERROR 4

#ifdef __cplusplus
}
#endif
#endif
