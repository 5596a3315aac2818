/* What an exchange plugin asks the host to sign, to hash and to put on the wire.
 *
 * The plugin never opens a socket and never sees a key.
 */
#ifndef TRADECTL_ABI_WIRE_H
#define TRADECTL_ABI_WIRE_H

#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Typed signing: the host decides by type what it signs; the plugin holds no key ---- */

#define TRADECTL_SIGN_EIP712 1
#define TRADECTL_SIGN_ETH_TX 2
#define TRADECTL_SIGN_SOLANA_MESSAGE 3
#define TRADECTL_SIGN_HMAC_SHA256 4
#define TRADECTL_SIGN_ES256_JWT 5
#define TRADECTL_SIGN_ED25519 6

/* `payload` is canonical JSON for EIP712 {domain, primaryType, types, message}, ETH_TX {fields} and
 * ES256_JWT {header, claims}; bytes for the others. `key` names a key of the host's store. */
typedef struct tradectl_sign_request {
    uint32_t struct_size;
    uint32_t type; /* TRADECTL_SIGN_EIP712 ... */
    tradectl_str key;
    tradectl_bytes payload;
} tradectl_sign_request;

typedef struct tradectl_signature {
    uint32_t struct_size;
    tradectl_status status;
    tradectl_bytes
        bytes; /* r|s|v, signed transaction, 64-byte Ed25519, 32-byte MAC, or the token */
} tradectl_signature;

#define TRADECTL_HASH_KECCAK256 1
#define TRADECTL_HASH_SHA256 2
#define TRADECTL_HASH_SHA1 3

/* ---- Wire ---- */

/* `{{secret:HANDLE}}` in a header value or the body is filled in by the host, for hosts the config
 * lists only. */
typedef struct tradectl_header {
    tradectl_str name;
    tradectl_str value;
} tradectl_header;

/* Takes a secret out of a JSON answer before the plugin sees it. */
typedef struct tradectl_capture {
    tradectl_str json_pointer; /* RFC 6901 */
    tradectl_str key;          /* name in the host's key store */
} tradectl_capture;

typedef struct tradectl_http_request {
    uint32_t struct_size;
    uint32_t timeout_ms; /* 0: the host's default */
    uint64_t http_id;    /* chosen by the plugin, returned with the response */
    uint64_t op_id;      /* the durable step that this acts for; 0 for reading */
    tradectl_str method;
    tradectl_str url;
    const tradectl_header* headers;
    uint32_t header_count;
    uint32_t bucket; /* rate bucket declared in the manifest */
    tradectl_bytes body;
    const tradectl_capture* captures;
    uint32_t capture_count;
    uint32_t weight; /* tokens it takes from the bucket */
} tradectl_http_request;

typedef struct tradectl_http_response {
    uint32_t struct_size;
    tradectl_status status; /* OK when an answer came, whatever its code; OUTCOME_UNKNOWN when it
                               may have arrived; any other: nothing was sent */
    uint64_t http_id;
    uint32_t http_status;
    uint32_t header_count;
    const tradectl_header* headers;
    tradectl_bytes body;
    tradectl_time received;
} tradectl_http_response;

#define TRADECTL_WS_OPENED 1
#define TRADECTL_WS_TEXT 2
#define TRADECTL_WS_BINARY 3
#define TRADECTL_WS_CLOSED 4
#define TRADECTL_WS_STALE 5

typedef struct tradectl_ws_event {
    uint32_t struct_size;
    uint32_t kind; /* TRADECTL_WS_OPENED ... */
    uint64_t ws_id;
    tradectl_bytes payload;
    tradectl_time received;
} tradectl_ws_event;

#ifdef __cplusplus
}
#endif
#endif
