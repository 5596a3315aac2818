/// The entry of a zoo plugin with one factory.
#pragma once

#include <tradectl/abi/entry.h>

#define ZOO_ENTRY(factory_function)                                                           \
    extern "C" {                                                                              \
    /* gcc wants one attribute here, clang the other below. */                                \
    extern const tradectl_plugin_entry_v0 tradectl_plugin_entry                               \
        __attribute__((visibility("default")));                                               \
    __attribute__((used))                                                                     \
    const tradectl_plugin_entry_v0 tradectl_plugin_entry = {TRADECTL_ENTRY_MAGIC,             \
                                                            sizeof(tradectl_plugin_entry_v0), \
                                                            TRADECTL_ABI_MAJOR,               \
                                                            TRADECTL_ABI_MINOR,               \
                                                            0,                                \
                                                            0,                                \
                                                            sizeof(void*),                    \
                                                            TRADECTL_ENDIAN_LITTLE,           \
                                                            sizeof(tradectl_decimal),         \
                                                            TRADECTL_EVENT_HEADER_BYTES,      \
                                                            0,                                \
                                                            TRADECTL_ABI_HEADER_HASH,         \
                                                            "zoo build",                      \
                                                            nullptr,                          \
                                                            nullptr,                          \
                                                            factory_function};                \
    }
