/* The layout and the constants of abi/wire.h, frozen as numbers. */
#include "freeze.h"

#include <tradectl/abi/wire.h>

SIZE(tradectl_sign_request, 40);
OFFSET(tradectl_sign_request, struct_size, 0);
OFFSET(tradectl_sign_request, type, 4);
OFFSET(tradectl_sign_request, key, 8);
OFFSET(tradectl_sign_request, payload, 24);

SIZE(tradectl_signature, 24);
OFFSET(tradectl_signature, struct_size, 0);
OFFSET(tradectl_signature, status, 4);
OFFSET(tradectl_signature, bytes, 8);

SIZE(tradectl_header, 32);
OFFSET(tradectl_header, name, 0);
OFFSET(tradectl_header, value, 16);

SIZE(tradectl_capture, 32);
OFFSET(tradectl_capture, json_pointer, 0);
OFFSET(tradectl_capture, key, 16);

SIZE(tradectl_http_request, 104);
OFFSET(tradectl_http_request, struct_size, 0);
OFFSET(tradectl_http_request, timeout_ms, 4);
OFFSET(tradectl_http_request, http_id, 8);
OFFSET(tradectl_http_request, op_id, 16);
OFFSET(tradectl_http_request, method, 24);
OFFSET(tradectl_http_request, url, 40);
OFFSET(tradectl_http_request, headers, 56);
OFFSET(tradectl_http_request, header_count, 64);
OFFSET(tradectl_http_request, bucket, 68);
OFFSET(tradectl_http_request, body, 72);
OFFSET(tradectl_http_request, captures, 88);
OFFSET(tradectl_http_request, capture_count, 96);
OFFSET(tradectl_http_request, weight, 100);

SIZE(tradectl_http_response, 56);
OFFSET(tradectl_http_response, struct_size, 0);
OFFSET(tradectl_http_response, status, 4);
OFFSET(tradectl_http_response, http_id, 8);
OFFSET(tradectl_http_response, http_status, 16);
OFFSET(tradectl_http_response, header_count, 20);
OFFSET(tradectl_http_response, headers, 24);
OFFSET(tradectl_http_response, body, 32);
OFFSET(tradectl_http_response, received, 48);

SIZE(tradectl_ws_event, 40);
OFFSET(tradectl_ws_event, struct_size, 0);
OFFSET(tradectl_ws_event, kind, 4);
OFFSET(tradectl_ws_event, ws_id, 8);
OFFSET(tradectl_ws_event, payload, 16);
OFFSET(tradectl_ws_event, received, 32);

CONSTANT(TRADECTL_SIGN_EIP712, 1);
CONSTANT(TRADECTL_SIGN_ETH_TX, 2);
CONSTANT(TRADECTL_SIGN_SOLANA_MESSAGE, 3);
CONSTANT(TRADECTL_SIGN_HMAC_SHA256, 4);
CONSTANT(TRADECTL_SIGN_ES256_JWT, 5);
CONSTANT(TRADECTL_SIGN_ED25519, 6);
CONSTANT(TRADECTL_HASH_KECCAK256, 1);
CONSTANT(TRADECTL_HASH_SHA256, 2);
CONSTANT(TRADECTL_HASH_SHA1, 3);
CONSTANT(TRADECTL_WS_OPENED, 1);
CONSTANT(TRADECTL_WS_TEXT, 2);
CONSTANT(TRADECTL_WS_BINARY, 3);
CONSTANT(TRADECTL_WS_CLOSED, 4);
CONSTANT(TRADECTL_WS_STALE, 5);
