/* A plugin that is an entry and nothing else. Each definition makes one field of it wrong. */
#include <tradectl/abi/entry.h>

#include <stddef.h>

#ifndef ZOO_MAGIC
#define ZOO_MAGIC TRADECTL_ENTRY_MAGIC
#endif
#ifndef ZOO_STRUCT_SIZE
#define ZOO_STRUCT_SIZE sizeof(tradectl_plugin_entry_v0)
#endif
#ifndef ZOO_MAJOR
#define ZOO_MAJOR TRADECTL_ABI_MAJOR
#endif
#ifndef ZOO_MINOR
#define ZOO_MINOR TRADECTL_ABI_MINOR
#endif
#ifndef ZOO_MIN_HOST_MINOR
#define ZOO_MIN_HOST_MINOR 0
#endif
#ifndef ZOO_POINTER_BYTES
#define ZOO_POINTER_BYTES 8
#endif
#ifndef ZOO_DECIMAL_BYTES
#define ZOO_DECIMAL_BYTES 16
#endif
#ifndef ZOO_HEADER_HASH
#define ZOO_HEADER_HASH TRADECTL_ABI_HEADER_HASH
#endif
#ifndef ZOO_INIT_STATUS
#define ZOO_INIT_STATUS TRADECTL_OK
#endif
#ifndef ZOO_MANIFEST
#define ZOO_MANIFEST \
    "{\"id\":\"zoo.bare\",\"kind\":\"strategy\",\"version\":\"1.2.3\",\"settings\":{}}"
#endif

#ifndef ZOO_NO_MANIFEST
TRADECTL_MANIFEST_ATTRIBUTES static const char zoo_manifest[] = ZOO_MANIFEST;
#endif

#ifdef ZOO_USE_DEPENDENCY
int zoo_dependency_answer(void);
#endif

#ifndef ZOO_NO_ENTRY
static tradectl_status zoo_init(void) {
#ifdef ZOO_USE_DEPENDENCY
    return zoo_dependency_answer() == 42 ? TRADECTL_OK : TRADECTL_INTERNAL;
#else
    return ZOO_INIT_STATUS;
#endif
}

static const void* zoo_get_factory(const char* factory_id) {
    (void)factory_id;
    return NULL;
}

TRADECTL_EXPORT const tradectl_plugin_entry_v0 tradectl_plugin_entry = {
    .magic = ZOO_MAGIC,
    .struct_size = ZOO_STRUCT_SIZE,
    .abi_major = ZOO_MAJOR,
    .abi_minor = ZOO_MINOR,
    .min_host_minor = ZOO_MIN_HOST_MINOR,
    .pointer_bytes = ZOO_POINTER_BYTES,
    .endianness = TRADECTL_ENDIAN_LITTLE,
    .decimal_bytes = ZOO_DECIMAL_BYTES,
    .event_header_bytes = TRADECTL_EVENT_HEADER_BYTES,
    .header_hash = ZOO_HEADER_HASH,
    .build_info = "zoo",
    .init = zoo_init,
    .get_factory = zoo_get_factory,
};
#else
extern const int zoo_nothing;
TRADECTL_EXPORT const int zoo_nothing = 1;
#endif
