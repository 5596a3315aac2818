/* How an exchange plugin makes instruments known while it runs: an extension of its host.
 *
 * A venue's instruments that are not in the config (a market listed today, a token that a followed
 * wallet trades) get their handle here, before anything speaks of them.
 */
#ifndef TRADECTL_ABI_INSTRUMENTS_H
#define TRADECTL_ABI_INSTRUMENTS_H

#include "exchange.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Of tradectl_exchange_host.get_extension: a tradectl_instruments_extension, or null. */
#define TRADECTL_EXTENSION_INSTRUMENTS "tradectl.instruments/1"

typedef struct tradectl_instruments_extension {
    uint32_t struct_size;
    uint32_t reserved;
    /* Makes an instrument known. The record is complete; its name ends in "." and the instance's
     * name, `venue` is that instance, `venue_symbol` is set; handles in it are ignored. One that is
     * there already by name and symbol: OK with its handle, and what may change (tick, lot, bounds,
     * status, close_time) is taken over. Its record stands in the log before all that follows from
     * it: nothing durable names an instrument that a restart does not know. Strategies whose
     * `instruments` take the name get an INSTRUMENT event, LISTED; a status or tick that changes
     * here is told, too. INVALID_ARGUMENT (the reason is in the log), QUOTA for more than the
     * config allows, UNSUPPORTED, WRONG_THREAD. [engine] */
    tradectl_status (*add)(const tradectl_exchange_host* host,
                           const tradectl_instrument* instrument,
                           tradectl_instrument_handle* out);
} tradectl_instruments_extension;

#ifdef __cplusplus
}
#endif
#endif
