/* The layout and the constants of abi/host.h, frozen as numbers. */
#include "freeze.h"

#include <tradectl/abi/host.h>

SIZE(tradectl_host, 120);
OFFSET(tradectl_host, struct_size, 0);
OFFSET(tradectl_host, abi_major, 4);
OFFSET(tradectl_host, abi_minor, 6);
OFFSET(tradectl_host, context, 8);
OFFSET(tradectl_host, log, 16);
OFFSET(tradectl_host, now, 24);
OFFSET(tradectl_host, wake, 32);
OFFSET(tradectl_host, emit, 40);
OFFSET(tradectl_host, find_instrument, 48);
OFFSET(tradectl_host, instrument, 56);
OFFSET(tradectl_host, find_asset, 64);
OFFSET(tradectl_host, find_account, 72);
OFFSET(tradectl_host, next_order_ref, 80);
OFFSET(tradectl_host, random, 88);
OFFSET(tradectl_host, kv_get, 96);
OFFSET(tradectl_host, kv_each, 104);
OFFSET(tradectl_host, get_extension, 112);

SIZE(tradectl_error_text, 24);
OFFSET(tradectl_error_text, struct_size, 0);
OFFSET(tradectl_error_text, capacity, 4);
OFFSET(tradectl_error_text, size, 8);
OFFSET(tradectl_error_text, reserved, 12);
OFFSET(tradectl_error_text, data, 16);
