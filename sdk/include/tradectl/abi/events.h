/* Records that flow to a plugin. Flat, pointer-free, 8-byte aligned, safe to copy with memcpy.
 *
 * Unknown types are skipped by `size`. A record may be longer than the struct here: newer hosts
 * append fields. Prices and quantities are decimals; a null decimal means "not known".
 */
#ifndef TRADECTL_ABI_EVENTS_H
#define TRADECTL_ABI_EVENTS_H

#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TRADECTL_EVENT_QUOTE 1
#define TRADECTL_EVENT_TRADE 2
#define TRADECTL_EVENT_BAR 3
#define TRADECTL_EVENT_BOOK_SNAPSHOT 4
#define TRADECTL_EVENT_BOOK_DELTA 5
#define TRADECTL_EVENT_ORDER 6
#define TRADECTL_EVENT_FILL 7
#define TRADECTL_EVENT_POSITION 8
#define TRADECTL_EVENT_BALANCE 9
#define TRADECTL_EVENT_TIMER 10
#define TRADECTL_EVENT_WAKE 11
#define TRADECTL_EVENT_INSTRUMENT 12
#define TRADECTL_EVENT_STATUS 13
#define TRADECTL_EVENT_ACTIVITY 14
#define TRADECTL_EVENT_EXT 15

#define TRADECTL_EVENT_FLAG_SNAPSHOT 1u /* state at subscription, not a change */
#define TRADECTL_EVENT_FLAG_REPLAYED 2u /* recovered after a gap or a restart */
/* On a fill of an exchange plugin: of an order that the venue placed by itself, a liquidation. Its
 * client order id is the venue's and was never used before. */
#define TRADECTL_EVENT_FLAG_VENUE_ORDER 4u

typedef struct tradectl_event {
    uint32_t size; /* of the whole record, a multiple of 8 */
    uint16_t type;
    uint16_t flags;
    uint64_t seq;             /* order in which the host saw it; never 0 */
    tradectl_time event_time; /* by the venue's or the recording's clock */
    tradectl_time host_time;  /* by the session's clock */
    tradectl_instrument_handle instrument;
    uint32_t source; /* feed it came from */
} tradectl_event;

typedef struct tradectl_quote_event {
    tradectl_event header;
    tradectl_decimal bid_price;
    tradectl_decimal bid_quantity;
    tradectl_decimal ask_price;
    tradectl_decimal ask_quantity;
} tradectl_quote_event;

typedef struct tradectl_trade_event {
    tradectl_event header;
    tradectl_decimal price;
    tradectl_decimal quantity;
    uint64_t trade_id;  /* as the venue numbers it, or the host's count */
    uint32_t aggressor; /* side of the taker, or NONE */
    uint32_t reserved;
} tradectl_trade_event;

typedef struct tradectl_bar_event {
    tradectl_event header; /* event_time is the close of the bar */
    tradectl_decimal open;
    tradectl_decimal high;
    tradectl_decimal low;
    tradectl_decimal close;
    tradectl_decimal volume;
    int64_t interval_ns;
    uint64_t trade_count;
} tradectl_bar_event;

typedef struct tradectl_level {
    tradectl_decimal price;
    tradectl_decimal quantity; /* 0 in a delta removes the level */
} tradectl_level;

/* Snapshot and delta. Bids, best first, then asks, best first, start `levels_offset` bytes after
 * the record's start. */
typedef struct tradectl_book_event {
    tradectl_event header;
    uint64_t book_seq;      /* venue's sequence after this record, or 0 */
    uint64_t book_seq_prev; /* venue's sequence before it, or 0 */
    uint32_t bid_count;
    uint32_t ask_count;
    uint32_t levels_offset;
    uint32_t level_stride;
} tradectl_book_event;

/* A change of one of the instance's own orders, verdicts included. */
typedef struct tradectl_order_event {
    tradectl_event header;
    uint64_t order_ref; /* the strategy's own */
    uint32_t status;    /* TRADECTL_ORDER_STATUS_PENDING ... */
    uint32_t reason;    /* TRADECTL_REASON_NONE ... */
    uint8_t side;
    uint8_t order_type;
    uint8_t time_in_force;
    uint8_t reserved[5];
    tradectl_account_handle account;
    uint32_t order_flags;
    tradectl_decimal price;
    tradectl_decimal order_qty;
    tradectl_decimal filled_qty;
    tradectl_decimal leaves_qty;
    tradectl_decimal average_price; /* of the fills so far, null when none */
    tradectl_decimal limit;         /* of the check that denied, else null */
    tradectl_decimal value;         /* what that check saw, else null */
    tradectl_id client_order_id;
    tradectl_id venue_order_id;
    tradectl_text text;
} tradectl_order_event;

typedef struct tradectl_fill_event {
    tradectl_event header;
    uint64_t order_ref;
    uint8_t side;
    uint8_t liquidity;
    uint8_t settlement;
    uint8_t reserved[5];
    tradectl_account_handle account;
    tradectl_asset_handle fee_asset;
    tradectl_decimal price;
    tradectl_decimal quantity;
    tradectl_decimal fee;        /* positive is paid, negative is a rebate */
    tradectl_decimal filled_qty; /* of the order, this fill included */
    tradectl_decimal leaves_qty;
    tradectl_id trade_id;
    tradectl_id client_order_id;
    tradectl_id venue_order_id;
    tradectl_id fee_asset_name;
    /* MARGIN: what the venue booked for it in the settle asset, fee not included; null: not told.
     */
    tradectl_decimal realized_pnl;
} tradectl_fill_event;

typedef struct tradectl_position_event {
    tradectl_event header;
    tradectl_account_handle account;
    uint32_t reserved;
    tradectl_decimal quantity; /* negative is short */
    tradectl_decimal average_price;
    tradectl_decimal realized_pnl; /* in the quote asset, fees not included */
} tradectl_position_event;

typedef struct tradectl_balance_event {
    tradectl_event header; /* instrument is TRADECTL_HANDLE_NONE */
    tradectl_account_handle account;
    tradectl_asset_handle asset;
    tradectl_decimal total;
    tradectl_decimal free;
    tradectl_decimal held;
    tradectl_decimal unsettled;
    tradectl_id asset_name;
} tradectl_balance_event;

typedef struct tradectl_timer_event {
    tradectl_event header;
    uint64_t timer_id;
    tradectl_time due;
} tradectl_timer_event;

#define TRADECTL_INSTRUMENT_LISTED 1
#define TRADECTL_INSTRUMENT_TICK_CHANGED 2
#define TRADECTL_INSTRUMENT_STATUS_CHANGED 3

typedef struct tradectl_instrument_event {
    tradectl_event header;
    uint32_t change; /* TRADECTL_INSTRUMENT_LISTED ... */
    uint32_t reserved;
    tradectl_decimal resolved_price; /* when it resolved, else null */
    tradectl_instrument instrument;
} tradectl_instrument_event;

#define TRADECTL_STATUS_CONNECTED 1
#define TRADECTL_STATUS_STALE 2
#define TRADECTL_STATUS_GAP 3
#define TRADECTL_STATUS_RESYNCED 4
#define TRADECTL_STATUS_HALTED 5
#define TRADECTL_STATUS_REDUCE_ONLY 6
#define TRADECTL_STATUS_ACTIVE 7
#define TRADECTL_STATUS_DISCONNECTED 8
#define TRADECTL_STATUS_END_OF_DATA 9

typedef struct tradectl_status_event {
    tradectl_event header;
    uint32_t status;
    uint32_t reserved;
    tradectl_text text;
} tradectl_status_event;

#define TRADECTL_ACTIVITY_TRADE 1
#define TRADECTL_ACTIVITY_TRANSFER 2
#define TRADECTL_ACTIVITY_PENDING_TRANSACTION 3
#define TRADECTL_ACTIVITY_REDEEM 4

/* What somebody else did: a followed wallet's trade, a transaction waiting to be mined. */
typedef struct tradectl_activity_event {
    tradectl_event header;
    uint32_t activity; /* TRADECTL_ACTIVITY_TRADE ... */
    uint32_t side;
    tradectl_decimal price;
    tradectl_decimal quantity;
    tradectl_id wallet;
    tradectl_id activity_id; /* unique at the venue: the key for de-duplication */
    tradectl_id counterparty;
} tradectl_activity_event;

typedef struct tradectl_ext_event {
    tradectl_event header;
    uint32_t payload_offset; /* from the record's start */
    uint32_t payload_bytes;
    tradectl_id name; /* "tradectl.<name>/<rev>" */
} tradectl_ext_event;

/* The instance's state as of a turn, in arrays indexed as stated. Reads need no host call. */
typedef struct tradectl_book_top {
    tradectl_decimal bid_price; /* null when that side is empty or not known */
    tradectl_decimal bid_quantity;
    tradectl_decimal ask_price;
    tradectl_decimal ask_quantity;
    tradectl_decimal last_price;
    tradectl_time updated;
} tradectl_book_top;

typedef struct tradectl_position_state {
    tradectl_instrument_handle instrument;
    tradectl_account_handle account;
    tradectl_decimal quantity;
    tradectl_decimal average_price;
    tradectl_decimal realized_pnl;
} tradectl_position_state;

typedef struct tradectl_balance_state {
    tradectl_account_handle account;
    tradectl_asset_handle asset;
    tradectl_decimal total;
    tradectl_decimal free;
    tradectl_decimal held;
    tradectl_decimal unsettled;
} tradectl_balance_state;

typedef struct tradectl_open_order {
    uint64_t order_ref;
    tradectl_instrument_handle instrument;
    tradectl_account_handle account;
    uint32_t status;
    uint8_t side;
    uint8_t order_type;
    uint8_t time_in_force;
    uint8_t reserved;
    tradectl_decimal price;
    tradectl_decimal order_qty;
    tradectl_decimal filled_qty;
} tradectl_open_order;

/* One call of `on_events`. Pointers are valid until it returns. */
typedef struct tradectl_turn {
    uint32_t struct_size;
    uint32_t event_count;
    const uint8_t* events; /* `event_count` records, one behind the other */
    uint64_t events_bytes;
    tradectl_time now;
    uint64_t turn_seq;
    const tradectl_book_top* tops; /* index: instrument handle */
    uint32_t top_count;
    uint32_t top_stride;
    const tradectl_position_state*
        positions; /* index: instrument handle; own positions of this instance */
    uint32_t position_count;
    uint32_t position_stride;
    const tradectl_balance_state* balances; /* in no order */
    uint32_t balance_count;
    uint32_t balance_stride;
    const tradectl_open_order* open_orders; /* in order of submission */
    uint32_t open_order_count;
    uint32_t open_order_stride;
} tradectl_turn;

#ifdef __cplusplus
}
#endif
#endif
