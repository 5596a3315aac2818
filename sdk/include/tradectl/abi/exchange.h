/* What an exchange plugin implements: a translator between the host's requests and a venue's
 * messages, without I/O.
 *
 * The host gives each request an id; the plugin completes it exactly once by `complete`, in the
 * call or later. A call that returns anything but OK never completes. Sockets, keys, timers and
 * storage are the host's (tradectl_exchange_host).
 */
#ifndef TRADECTL_ABI_EXCHANGE_H
#define TRADECTL_ABI_EXCHANGE_H

#include "host.h"
#include "wire.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tradectl_exchange tradectl_exchange; /* the plugin's own */

/* ---- Acting operations: whatever changes something at a venue ---- */

#define TRADECTL_OPERATION_ORDER 1
#define TRADECTL_OPERATION_REPLACE 2
#define TRADECTL_OPERATION_CANCEL 3
#define TRADECTL_OPERATION_CANCEL_ALL 4
#define TRADECTL_OPERATION_APPROVE 5
#define TRADECTL_OPERATION_REDEEM 6
#define TRADECTL_OPERATION_TRANSFER 7

typedef struct tradectl_operation {
    uint32_t struct_size;
    uint32_t kind;  /* TRADECTL_OPERATION_ORDER ... */
    uint64_t op_id; /* the step that will be durable before this leaves */
    uint64_t txn_id;
    tradectl_time intent_time;
    tradectl_instrument_handle instrument;
    tradectl_account_handle account;
    uint8_t side;
    uint8_t order_type;
    uint8_t time_in_force;
    uint8_t reserved[5];
    uint32_t order_flags;
    tradectl_asset_handle asset; /* APPROVE, TRANSFER */
    tradectl_decimal quantity;
    tradectl_decimal price;
    tradectl_decimal stop_price;
    tradectl_time expire_time;
    tradectl_id client_order_id;        /* of this operation's order */
    tradectl_id target_client_order_id; /* REPLACE, CANCEL: the order acted upon */
    tradectl_id target_venue_order_id;
    tradectl_id quote_id;     /* DEX: the quote taken up */
    tradectl_id counterparty; /* APPROVE: spender; TRANSFER: receiver */
} tradectl_operation;

/* What may be done after an ambiguous submit. */
#define TRADECTL_CLASS_A_IDEMPOTENT 1 /* identical bytes may be sent again */
#define TRADECTL_CLASS_B_DUPLICATE_REJECTED 2
#define TRADECTL_CLASS_C_QUERY_ONLY 3

/* The moment after which a request can no longer execute. */
#define TRADECTL_FENCE_NONE 0
#define TRADECTL_FENCE_TIME 1         /* `fence_value`: venue time, ns */
#define TRADECTL_FENCE_BLOCK_HEIGHT 2 /* `fence_value`: height */
#define TRADECTL_FENCE_NONCE 3        /* `fence_value`: nonce of the sender */

/* ---- Requests ---- */

#define TRADECTL_REQUEST_CONNECT 1
#define TRADECTL_REQUEST_DISCONNECT 2
#define TRADECTL_REQUEST_LOAD_INSTRUMENTS 3
#define TRADECTL_REQUEST_DISCOVER 4
#define TRADECTL_REQUEST_SUBSCRIBE 5
#define TRADECTL_REQUEST_PREPARE 6
#define TRADECTL_REQUEST_SUBMIT_PREPARED 7
#define TRADECTL_REQUEST_QUOTE 8
#define TRADECTL_REQUEST_QUERY_ORDER 9
#define TRADECTL_REQUEST_OPEN_ORDERS 10
#define TRADECTL_REQUEST_POSITIONS 11
#define TRADECTL_REQUEST_BALANCES 12
#define TRADECTL_REQUEST_FILLS_SINCE 13
#define TRADECTL_REQUEST_ACTIVITY 14
#define TRADECTL_REQUEST_SERVER_TIME 15

typedef struct tradectl_discover {
    uint32_t struct_size;
    uint32_t limit;
    tradectl_str category;
    tradectl_str tag;
} tradectl_discover;

typedef struct tradectl_subscription {
    uint32_t struct_size;
    tradectl_instrument_handle instrument;
    uint32_t streams; /* TRADECTL_STREAM_QUOTES ... */
    uint32_t reserved;
    tradectl_str wallet;
} tradectl_subscription;

typedef struct tradectl_quote_request {
    uint32_t struct_size;
    tradectl_instrument_handle instrument;
    tradectl_account_handle account;
    uint32_t side;
    tradectl_decimal quantity;
    uint32_t slippage_bps_max;
    uint32_t reserved;
} tradectl_quote_request;

/* Which account, instrument and time a query covers. HANDLE_NONE: all; `since` TIME_NONE: from the
 * start. */
typedef struct tradectl_scope {
    uint32_t struct_size;
    tradectl_account_handle account;
    tradectl_instrument_handle instrument;
    uint32_t limit;
    tradectl_time since;
    tradectl_str cursor;  /* from an earlier answer, or empty */
    tradectl_str address; /* foreign wallet, or empty for our own */
} tradectl_scope;

typedef struct tradectl_order_query {
    uint32_t struct_size;
    tradectl_instrument_handle instrument;
    tradectl_account_handle account;
    uint32_t reserved;
    tradectl_str client_order_id; /* either may be empty */
    tradectl_str venue_order_id;
    tradectl_str identity;
} tradectl_order_query;

/* ---- Answers ---- */

/* An empty answer is evidence of absence only when it is complete for the scope asked. */
#define TRADECTL_COMPLETENESS_UNKNOWN 0
#define TRADECTL_COMPLETENESS_PARTIAL 1
#define TRADECTL_COMPLETENESS_COMPLETE 2

/* The instrument of an order, fill or position report is HANDLE_NONE when the account did it in a
 * market that the host has not listed: it is told all the same, the host matches it by its ids. */
typedef struct tradectl_order_report {
    tradectl_instrument_handle instrument;
    tradectl_account_handle account;
    uint32_t status; /* TRADECTL_ORDER_STATUS_ACKNOWLEDGED ... */
    uint32_t reason;
    uint8_t side;
    uint8_t order_type;
    uint8_t time_in_force;
    uint8_t reserved[5];
    tradectl_decimal price;
    tradectl_decimal order_qty;
    tradectl_decimal filled_qty;
    tradectl_decimal average_price;
    tradectl_time updated;
    tradectl_id client_order_id;
    tradectl_id venue_order_id;
} tradectl_order_report;

typedef struct tradectl_fill_report {
    tradectl_instrument_handle instrument;
    tradectl_account_handle account;
    uint8_t side;
    uint8_t liquidity;
    uint8_t settlement;
    uint8_t reserved[5];
    tradectl_decimal price;
    tradectl_decimal quantity;
    tradectl_decimal fee;
    tradectl_time time;
    tradectl_id trade_id;
    tradectl_id client_order_id;
    tradectl_id venue_order_id;
    tradectl_id fee_asset;
    tradectl_decimal realized_pnl; /* as in tradectl_fill_event */
    uint32_t flags;                /* TRADECTL_EVENT_FLAG_VENUE_ORDER, or 0 */
    uint32_t reserved2;
} tradectl_fill_report;

typedef struct tradectl_position_report {
    tradectl_instrument_handle instrument;
    tradectl_account_handle account;
    tradectl_decimal quantity;
    tradectl_decimal average_price;
    tradectl_time updated;
} tradectl_position_report;

typedef struct tradectl_balance_report {
    tradectl_account_handle account;
    uint32_t reserved;
    tradectl_decimal total;
    tradectl_decimal free;
    tradectl_decimal held;
    tradectl_decimal unsettled;
    tradectl_time updated;
    tradectl_id asset;
} tradectl_balance_report;

/* What `prepare` found: everything that INTENT stores. */
typedef struct tradectl_prepared {
    uint32_t struct_size;
    uint32_t identity_class; /* TRADECTL_CLASS_A_IDEMPOTENT ... */
    uint32_t fence;          /* TRADECTL_FENCE_NONE ... */
    uint32_t sign_count;
    int64_t fence_value;
    tradectl_str identity;  /* what the venue will know it by; never needs the signature */
    tradectl_bytes request; /* encoded, without secrets and signatures: the host stores its hash */
    tradectl_bytes rebuild; /* every input needed to build the request again: the host stores it */
    const tradectl_sign_request* sign;
    uint32_t sign_stride;
    uint32_t reserved;
} tradectl_prepared;

/* One answer. Only the fields of its request's type are read; pointers are valid until `complete`
 * returns. */
typedef struct tradectl_completion {
    uint32_t struct_size;
    tradectl_status
        status; /* OK, NOT_FOUND, REJECTED, UNAVAILABLE, OUTCOME_UNKNOWN, RATE_LIMITED, ... */
    uint64_t request_id;
    uint32_t completeness;
    uint32_t reason;                   /* TRADECTL_REASON_..., for REJECTED */
    tradectl_time as_of;               /* venue time up to which the answer holds */
    tradectl_str text;                 /* the venue's words */
    tradectl_str cursor;               /* pass back to go on; empty at the end */
    const tradectl_prepared* prepared; /* PREPARE */
    const void* items; /* tradectl_order_report, _fill_report, _position_report, _balance_report or
                          tradectl_instrument */
    uint32_t item_count;
    uint32_t item_stride;
    tradectl_id venue_order_id;   /* SUBMIT_PREPARED */
    tradectl_time retry_after;    /* RATE_LIMITED, or TIME_NONE */
    tradectl_decimal quote_price; /* QUOTE */
    tradectl_decimal quote_quantity;
    tradectl_time quote_expires;
} tradectl_completion;

/* ---- Tables ---- */

typedef struct tradectl_exchange_host tradectl_exchange_host;
struct tradectl_exchange_host {
    uint32_t struct_size;
    uint32_t reserved;
    const tradectl_host* base; /* log, now, wake, instruments, random, kv_get, kv_each */
    void* context;

    /* Completes a request, exactly once. INVALID_ARGUMENT for an unknown or completed id. [engine]
     */
    tradectl_status (*complete)(const tradectl_exchange_host* host,
                                const tradectl_completion* completion);
    /* Hands over one event record (quote, trade, bar, book, order, fill, position, balance,
     * instrument, status, activity). An order or fill event names its order by client_order_id; the
     * host fills `order_ref`. Copied. [engine] */
    tradectl_status (*publish)(const tradectl_exchange_host* host, const tradectl_event* event);
    /* One-shot timer; a second call with the same id moves it, TIME_NONE cancels. [engine] */
    tradectl_status (*timer)(const tradectl_exchange_host* host,
                             uint64_t timer_id,
                             tradectl_time due);
    /* Durable state in the plugin's own kv store. The puts of one call into the plugin are one
     * commit; completions and events of that call are held back until it is durable. An empty value
     * deletes. [engine] */
    tradectl_status (*kv_put)(const tradectl_exchange_host* host,
                              tradectl_str key,
                              tradectl_bytes value);
    /* Anything but GET and HEAD must name a durable step in `op_id`. [engine] */
    tradectl_status (*http_send)(const tradectl_exchange_host* host,
                                 const tradectl_http_request* request);
    tradectl_status (*ws_open)(const tradectl_exchange_host* host,
                               uint64_t ws_id,
                               const tradectl_http_request* request);
    tradectl_status (*ws_send)(const tradectl_exchange_host* host,
                               uint64_t ws_id,
                               uint64_t op_id,
                               uint32_t kind,
                               tradectl_bytes payload);
    tradectl_status (*ws_close)(const tradectl_exchange_host* host, uint64_t ws_id);
    /* Signs outside of `prepare` (authentication of a query); answered by `on_signed` with the same
     * id. [engine] */
    tradectl_status (*sign)(const tradectl_exchange_host* host,
                            uint64_t sign_id,
                            const tradectl_sign_request* request);
    /* TRADECTL_HASH_...; `out` holds 32 bytes (20 for SHA1). [engine] */
    tradectl_status (*hash)(const tradectl_exchange_host* host,
                            uint32_t algorithm,
                            tradectl_bytes input,
                            uint8_t* out);
    const void* (*get_extension)(const tradectl_exchange_host* host, const char* extension_id);
};

typedef struct tradectl_exchange_api {
    uint32_t struct_size;
    uint32_t reserved;
    tradectl_status (*create)(const tradectl_exchange_host* host,
                              tradectl_str instance_name,
                              tradectl_exchange** out,
                              tradectl_error_text* error);
    tradectl_status (*configure)(tradectl_exchange* self,
                                 tradectl_str settings,
                                 tradectl_error_text* error);
    tradectl_status (*start)(tradectl_exchange* self);
    tradectl_status (*stop)(tradectl_exchange* self);
    void (*destroy)(tradectl_exchange* self);

    tradectl_status (*connect)(tradectl_exchange* self, uint64_t request_id);
    tradectl_status (*disconnect)(tradectl_exchange* self, uint64_t request_id);
    tradectl_status (*load_instruments)(tradectl_exchange* self, uint64_t request_id);
    tradectl_status (*discover)(tradectl_exchange* self,
                                uint64_t request_id,
                                const tradectl_discover* request);
    tradectl_status (*subscribe)(tradectl_exchange* self,
                                 uint64_t request_id,
                                 const tradectl_subscription* items,
                                 uint32_t count,
                                 uint32_t stride);
    /* Market events of another source, before any strategy sees them; a venue that matches against
     * them, as paper does, implements it; null otherwise. */
    tradectl_status (*on_market_data)(tradectl_exchange* self,
                                      const uint8_t* events,
                                      uint64_t bytes,
                                      uint32_t count);

    /* Encodes `count` operations and names each; sends nothing. One PREPARE completion for each
     * operation, request ids `first_request_id` and up. The host calls submit_prepared only after
     * the intent is durable and the signatures are there. */
    tradectl_status (*prepare)(tradectl_exchange* self,
                               uint64_t first_request_id,
                               const tradectl_operation* operations,
                               uint32_t count,
                               uint32_t stride);
    /* Finishes the bytes and sends them. `prepare_ids[i]` is the request id under which item i was
     * prepared; its signatures are `signatures[i]`, as many as it asked for. One SUBMIT_PREPARED
     * completion for each, request ids `first_request_id` and up: OK when the venue took it,
     * REJECTED when it refused, OUTCOME_UNKNOWN when nobody can say. REJECTED with reason
     * TRADECTL_REASON_PREPARE_FAILED: it refused how the bytes were built; the host prepares the
     * operation anew, once, and writes its new identity down before it leaves. */
    tradectl_status (*submit_prepared)(tradectl_exchange* self,
                                       uint64_t first_request_id,
                                       const uint64_t* prepare_ids,
                                       const tradectl_signature* const* signatures,
                                       uint32_t count);
    /* Forgets what was prepared and will not be sent. */
    void (*discard_prepared)(tradectl_exchange* self, uint64_t prepare_id);

    tradectl_status (*quote)(tradectl_exchange* self,
                             uint64_t request_id,
                             const tradectl_quote_request* request);
    tradectl_status (*query_order)(tradectl_exchange* self,
                                   uint64_t request_id,
                                   const tradectl_order_query* query);
    tradectl_status (*open_orders)(tradectl_exchange* self,
                                   uint64_t request_id,
                                   const tradectl_scope* scope);
    tradectl_status (*positions)(tradectl_exchange* self,
                                 uint64_t request_id,
                                 const tradectl_scope* scope);
    tradectl_status (*balances)(tradectl_exchange* self,
                                uint64_t request_id,
                                const tradectl_scope* scope);
    tradectl_status (*fills_since)(tradectl_exchange* self,
                                   uint64_t request_id,
                                   const tradectl_scope* scope);
    tradectl_status (*activity)(tradectl_exchange* self,
                                uint64_t request_id,
                                const tradectl_scope* scope);
    tradectl_status (*server_time)(tradectl_exchange* self, uint64_t request_id);

    tradectl_status (*on_timer)(tradectl_exchange* self, uint64_t timer_id, tradectl_time due);
    tradectl_status (*on_http)(tradectl_exchange* self, const tradectl_http_response* response);
    tradectl_status (*on_ws)(tradectl_exchange* self, const tradectl_ws_event* event);
    tradectl_status (*on_signed)(tradectl_exchange* self,
                                 uint64_t sign_id,
                                 const tradectl_signature* signature);
    tradectl_status (*on_wake)(tradectl_exchange* self);
} tradectl_exchange_api;

#ifdef __cplusplus
}
#endif
#endif
