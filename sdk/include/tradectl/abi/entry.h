/* How a shared library says that it is a plugin, and of which kind and version.
 *
 * A plugin exports one const data symbol, `tradectl_plugin_entry`. Its first 32 bytes hold no
 * pointer, so a host reads them from the file without loading code. The manifest, JSON text, stands
 * in the section `.tradectl.manifest`.
 */
#ifndef TRADECTL_ABI_ENTRY_H
#define TRADECTL_ABI_ENTRY_H

#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TRADECTL_ENTRY_MAGIC UINT32_C(0x4c544454) /* "TDTL" */
#define TRADECTL_ENTRY_SYMBOL "tradectl_plugin_entry"
#define TRADECTL_MANIFEST_SECTION ".tradectl.manifest"

/* While the major is 0 a plugin loads only into a host of the same minor. */
#define TRADECTL_ABI_MAJOR 0
#define TRADECTL_ABI_MINOR 2
/* Changes with any edit of abi/ that changes a layout or a constant; diagnostic only. */
#define TRADECTL_ABI_HEADER_HASH UINT64_C(0x0001000000000001)

#define TRADECTL_ENDIAN_LITTLE 1
#define TRADECTL_EVENT_HEADER_BYTES 40

#define TRADECTL_FACTORY_STRATEGY "tradectl.strategy/1"
#define TRADECTL_FACTORY_EXCHANGE "tradectl.exchange/1"

typedef struct tradectl_plugin_entry_v0 {
    uint32_t magic;             /*  0: TRADECTL_ENTRY_MAGIC */
    uint32_t struct_size;       /*  4: of this struct, as the plugin was built */
    uint16_t abi_major;         /*  8 */
    uint16_t abi_minor;         /* 10 */
    uint16_t min_host_minor;    /* 12: oldest host minor that offers what the plugin needs */
    uint16_t flags;             /* 14: 0 */
    uint8_t pointer_bytes;      /* 16: 8 */
    uint8_t endianness;         /* 17: TRADECTL_ENDIAN_LITTLE */
    uint8_t decimal_bytes;      /* 18: 16 */
    uint8_t event_header_bytes; /* 19: 40 */
    uint32_t reserved;          /* 20: 0 */
    uint64_t header_hash;       /* 24: TRADECTL_ABI_HEADER_HASH, diagnostic only */
    const char* build_info;     /* 32: terminated text: compiler, date is left out on purpose */
    /* Called once after loading and once before the process ends, or null. [engine] */
    tradectl_status (*init)(void);
    void (*deinit)(void);
    /* Returns the `tradectl_strategy_api` or `tradectl_exchange_api` for a factory id, or null. The
     * table lives as long as the library. [engine] */
    const void* (*get_factory)(const char* factory_id);
} tradectl_plugin_entry_v0;

#if defined(__GNUC__)
#define TRADECTL_EXPORT __attribute__((visibility("default"), used))
#define TRADECTL_MANIFEST_ATTRIBUTES \
    __attribute__((section(TRADECTL_MANIFEST_SECTION), used, retain))
#else
#error "tradectl plugins are built with gcc or clang"
#endif

#ifdef __cplusplus
}
#endif
#endif
