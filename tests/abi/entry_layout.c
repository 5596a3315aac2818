/* The layout and the constants of abi/entry.h, frozen as numbers. */
#include "freeze.h"

#include <tradectl/abi/entry.h>

SIZE(tradectl_plugin_entry_v0, 64);
OFFSET(tradectl_plugin_entry_v0, magic, 0);
OFFSET(tradectl_plugin_entry_v0, struct_size, 4);
OFFSET(tradectl_plugin_entry_v0, abi_major, 8);
OFFSET(tradectl_plugin_entry_v0, abi_minor, 10);
OFFSET(tradectl_plugin_entry_v0, min_host_minor, 12);
OFFSET(tradectl_plugin_entry_v0, flags, 14);
OFFSET(tradectl_plugin_entry_v0, pointer_bytes, 16);
OFFSET(tradectl_plugin_entry_v0, endianness, 17);
OFFSET(tradectl_plugin_entry_v0, decimal_bytes, 18);
OFFSET(tradectl_plugin_entry_v0, event_header_bytes, 19);
OFFSET(tradectl_plugin_entry_v0, reserved, 20);
OFFSET(tradectl_plugin_entry_v0, header_hash, 24);
OFFSET(tradectl_plugin_entry_v0, build_info, 32);
OFFSET(tradectl_plugin_entry_v0, init, 40);
OFFSET(tradectl_plugin_entry_v0, deinit, 48);
OFFSET(tradectl_plugin_entry_v0, get_factory, 56);

CONSTANT(TRADECTL_ENTRY_MAGIC, 0x4c544454);
TEXT(TRADECTL_ENTRY_SYMBOL, "tradectl_plugin_entry");
TEXT(TRADECTL_MANIFEST_SECTION, ".tradectl.manifest");
CONSTANT(TRADECTL_ABI_MAJOR, 0);
CONSTANT(TRADECTL_ABI_MINOR, 2);
CONSTANT(TRADECTL_ABI_HEADER_HASH, UINT64_C(0x0001000000000001));
CONSTANT(TRADECTL_ENDIAN_LITTLE, 1);
CONSTANT(TRADECTL_EVENT_HEADER_BYTES, 40);
TEXT(TRADECTL_FACTORY_STRATEGY, "tradectl.strategy/1");
TEXT(TRADECTL_FACTORY_EXCHANGE, "tradectl.exchange/1");
