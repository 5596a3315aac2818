/* What a strategy plugin implements. All calls into one instance are serialised. [engine] */
#ifndef TRADECTL_ABI_STRATEGY_H
#define TRADECTL_ABI_STRATEGY_H

#include "host.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tradectl_strategy tradectl_strategy; /* the plugin's own */

typedef struct tradectl_strategy_api {
    uint32_t struct_size;
    uint32_t reserved;
    /* Makes an instance. `host` outlives it. On failure returns a code, fills `error` and leaves
     * `out` null. */
    tradectl_status (*create)(const tradectl_host* host,
                              tradectl_str instance_name,
                              tradectl_strategy** out,
                              tradectl_error_text* error);
    /* `settings` is one JSON object that the host has checked against the manifest's schema,
     * defaults filled in. */
    tradectl_status (*configure)(tradectl_strategy* self,
                                 tradectl_str settings,
                                 tradectl_error_text* error);
    /* The place to subscribe and to set timers. */
    tradectl_status (*start)(tradectl_strategy* self);
    /* One turn. A code other than OK faults the instance. */
    tradectl_status (*on_events)(tradectl_strategy* self, const tradectl_turn* turn);
    tradectl_status (*stop)(tradectl_strategy* self);
    /* Legal in any state; never fails. */
    void (*destroy)(tradectl_strategy* self);
} tradectl_strategy_api;

#ifdef __cplusplus
}
#endif
#endif
