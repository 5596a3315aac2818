/* A strategy in plain C11: the C layer alone is enough. It buys one lot when
 * a trade is above the one before, and remembers across restarts that it did. */
#include <tradectl/abi/commands.h>
#include <tradectl/abi/entry.h>
#include <tradectl/abi/strategy.h>

#include <stdlib.h>
#include <string.h>

TRADECTL_MANIFEST_ATTRIBUTES static const char manifest[] =
    "{\"id\":\"c-strategy\",\"kind\":\"strategy\",\"version\":\"1.0.0\",\"vendor\":\"tradectl\","
    "\"license\":\"Apache-2.0\",\"description\":\"buys once, in C\",\"capabilities\":[],"
    "\"settings\":{\"type\":\"object\",\"additionalProperties\":false,\"required\":[],"
    "\"properties\":{}}}";

struct tradectl_strategy {
    const tradectl_host* host;
    tradectl_decimal last_price;
    int has_last_price;
    int has_bought;
};

static tradectl_str text(const char* literal) {
    tradectl_str out = {literal, (uint32_t)strlen(literal), 0};
    return out;
}

static tradectl_status fail(tradectl_error_text* error, const char* message) {
    size_t size = strlen(message);
    if (size > error->capacity) size = error->capacity;
    memcpy(error->data, message, size);
    error->size = (uint32_t)size;
    return TRADECTL_INVALID_ARGUMENT;
}

static tradectl_status create(const tradectl_host* host,
                              tradectl_str name,
                              tradectl_strategy** out,
                              tradectl_error_text* error) {
    (void)name;
    *out = calloc(1, sizeof **out);
    if (*out == NULL) return fail(error, "out of memory");
    (*out)->host = host;
    return TRADECTL_OK;
}

static tradectl_status configure(tradectl_strategy* self,
                                 tradectl_str settings,
                                 tradectl_error_text* error) {
    (void)self;
    if (settings.size != 2 || memcmp(settings.data, "{}", 2) != 0)
        return fail(error, "c-strategy takes no settings");
    return TRADECTL_OK;
}

static tradectl_status start(tradectl_strategy* self) {
    tradectl_bytes value;
    self->has_bought =
        self->host->kv_get(self->host, text("bought"), &value) == TRADECTL_OK && value.size == 1;
    tradectl_subscribe_command subscribe;
    memset(&subscribe, 0, sizeof subscribe);
    subscribe.header.size = sizeof subscribe;
    subscribe.header.type = TRADECTL_COMMAND_SUBSCRIBE;
    subscribe.header.account = TRADECTL_HANDLE_NONE;
    subscribe.streams = TRADECTL_STREAM_TRADES;
    return self->host->emit(self->host, &subscribe.header);
}

static tradectl_status remember(tradectl_strategy* self, uint64_t trigger_seq) {
    struct {
        tradectl_kv_put_command put;
        char bytes[8];
    } record;
    memset(&record, 0, sizeof record);
    record.put.header.size = sizeof record;
    record.put.header.type = TRADECTL_COMMAND_KV_PUT;
    record.put.header.instrument = TRADECTL_HANDLE_NONE;
    record.put.header.account = TRADECTL_HANDLE_NONE;
    record.put.header.trigger_seq = trigger_seq;
    record.put.key_bytes = 6;
    record.put.value_bytes = 1;
    record.put.offset = sizeof record.put;
    memcpy(record.bytes, "bought1", 7);
    return self->host->emit(self->host, &record.put.header);
}

static tradectl_status buy(tradectl_strategy* self, const tradectl_event* cause) {
    const tradectl_decimal null = {TRADECTL_DECIMAL_NULL_LO, TRADECTL_DECIMAL_NULL_HI};
    tradectl_submit_command submit;
    memset(&submit, 0, sizeof submit);
    submit.header.size = sizeof submit;
    submit.header.type = TRADECTL_COMMAND_SUBMIT;
    submit.header.instrument = cause->instrument;
    submit.header.account = TRADECTL_HANDLE_NONE;
    submit.header.trigger_seq = cause->seq;
    submit.order_ref = self->host->next_order_ref(self->host);
    submit.side = TRADECTL_SIDE_BUY;
    submit.order_type = TRADECTL_ORDER_MARKET;
    submit.time_in_force = TRADECTL_TIF_GTC;
    submit.quantity = self->host->instrument(self->host, cause->instrument)->lot;
    submit.price = null;
    submit.stop_price = null;
    submit.expire_time = TRADECTL_TIME_NONE;
    const tradectl_status taken = self->host->emit(self->host, &submit.header);
    if (taken != TRADECTL_OK) return taken;
    self->has_bought = 1;
    return remember(self, cause->seq);
}

static int is_above(tradectl_decimal a, tradectl_decimal b) {
    return a.hi != b.hi ? a.hi > b.hi : a.lo > b.lo;
}

static tradectl_status on_events(tradectl_strategy* self, const tradectl_turn* turn) {
    uint64_t at = 0;
    for (uint32_t i = 0; i < turn->event_count; ++i) {
        const tradectl_event* event = (const tradectl_event*)(turn->events + at);
        if (turn->events_bytes - at < sizeof *event || event->size < sizeof *event ||
            event->size > turn->events_bytes - at)
            return TRADECTL_INVALID_ARGUMENT;
        at += event->size;
        if (event->type != TRADECTL_EVENT_TRADE) continue;
        const tradectl_trade_event* trade = (const tradectl_trade_event*)event;
        if (!self->has_bought && self->has_last_price && is_above(trade->price, self->last_price)) {
            const tradectl_status bought = buy(self, event);
            if (bought != TRADECTL_OK) return bought;
        }
        self->last_price = trade->price;
        self->has_last_price = 1;
    }
    return TRADECTL_OK;
}

static tradectl_status stop(tradectl_strategy* self) {
    (void)self;
    return TRADECTL_OK;
}

static void destroy(tradectl_strategy* self) {
    free(self);
}

static const tradectl_strategy_api api = {
    sizeof(tradectl_strategy_api),
    0,
    create,
    configure,
    start,
    on_events,
    stop,
    destroy,
};

static const void* get_factory(const char* factory_id) {
    return strcmp(factory_id, TRADECTL_FACTORY_STRATEGY) == 0 ? &api : NULL;
}

TRADECTL_EXPORT const tradectl_plugin_entry_v0 tradectl_plugin_entry = {
    TRADECTL_ENTRY_MAGIC,
    sizeof(tradectl_plugin_entry_v0),
    TRADECTL_ABI_MAJOR,
    TRADECTL_ABI_MINOR,
    TRADECTL_ABI_MINOR,
    0,
    sizeof(void*),
    TRADECTL_ENDIAN_LITTLE,
    sizeof(tradectl_decimal),
    TRADECTL_EVENT_HEADER_BYTES,
    0,
    TRADECTL_ABI_HEADER_HASH,
    "C11",
    NULL,
    NULL,
    get_factory,
};
