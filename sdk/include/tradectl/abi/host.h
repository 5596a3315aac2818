/* What the host offers to every plugin instance. Valid from `create` until `destroy` returns. */
#ifndef TRADECTL_ABI_HOST_H
#define TRADECTL_ABI_HOST_H

#include "commands.h"
#include "events.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tradectl_host tradectl_host;
struct tradectl_host {
    uint32_t struct_size;
    uint16_t abi_major;
    uint16_t abi_minor;
    void* context; /* the host's own; plugins pass the table back and do not look */

    /* Writes one line to the host's log, with the instance's name. Cut at 4,096 bytes. [any] */
    void (*log)(const tradectl_host* host, uint32_t level, tradectl_str text);
    /* The session's clock. [any] */
    tradectl_time (*now)(const tradectl_host* host);
    /* Asks for a WAKE event in a later turn; many calls may give one event. [any] */
    tradectl_status (*wake)(const tradectl_host* host);

    /* Hands over one command; the record is copied. Strategies only. Order of commands is kept.
     * Returns OK when the host took it (the verdict comes as an order event), INVALID_ARGUMENT for
     * a record that cannot be read, QUOTA for too many in a turn, NOT_FOUND to subscribe to what
     * is not the instance's own instrument, UNSUPPORTED, WRONG_THREAD. [engine] */
    tradectl_status (*emit)(const tradectl_host* host, const tradectl_command* command);

    /* Looks up an instrument by its name, or by handle. The struct lives until `destroy`; its
     * fields change only between turns. NOT_FOUND when there is none. [engine] */
    tradectl_status (*find_instrument)(const tradectl_host* host,
                                       tradectl_str name,
                                       tradectl_instrument_handle* out);
    const tradectl_instrument* (*instrument)(const tradectl_host* host,
                                             tradectl_instrument_handle handle);
    tradectl_status (*find_asset)(const tradectl_host* host,
                                  tradectl_str name,
                                  tradectl_asset_handle* out);
    tradectl_status (*find_account)(const tradectl_host* host,
                                    tradectl_str name,
                                    tradectl_account_handle* out);

    /* A free order ref: above every one that this instance ever used. Strategies only. [engine] */
    uint64_t (*next_order_ref)(const tradectl_host* host);
    /* 64 bits from the session's seeded generator: the same in every run with that seed. [engine]
     */
    uint64_t (*random)(const tradectl_host* host);

    /* Reads a durable value, this turn's puts included. `out` is valid until the next put or the
     * end of the call into the plugin. NOT_FOUND when the key is not there. [engine] */
    tradectl_status (*kv_get)(const tradectl_host* host, tradectl_str key, tradectl_bytes* out);
    /* Walks keys with a prefix in byte order; `visit` returns 0 to go on. [engine] */
    tradectl_status (*kv_each)(const tradectl_host* host,
                               tradectl_str prefix,
                               void* user,
                               int32_t (*visit)(void* user,
                                                tradectl_str key,
                                                tradectl_bytes value));

    /* An optional table by id "tradectl.<name>/<rev>", or null. An id never changes its meaning.
     * [engine] */
    const void* (*get_extension)(const tradectl_host* host, const char* extension_id);
};

/* Where create and configure write what went wrong: UTF-8, cut at `capacity`; the plugin sets
 * `size`. */
typedef struct tradectl_error_text {
    uint32_t struct_size;
    uint32_t capacity;
    uint32_t size;
    uint32_t reserved;
    char* data;
} tradectl_error_text;

#ifdef __cplusplus
}
#endif
#endif
