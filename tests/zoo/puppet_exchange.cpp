// An exchange that does what its host's random numbers say, in any call: one step for each number
// until 0. So a test writes, call by call, what the plugin does.
#include "zoo_entry.hpp"

#include <tradectl/abi/exchange.h>

#include <cstring>
#include <stdexcept>
#include <string>

namespace {

struct Puppet {
    const tradectl_exchange_host* host;
    int puts = 0;
};

void complete(const tradectl_exchange_host* host, std::uint64_t request_id) {
    tradectl_completion completion{};
    completion.struct_size = sizeof(completion);
    completion.request_id = request_id;
    host->complete(host, &completion);
}

void put(Puppet& self, const char* key) {
    const std::string value = std::to_string(++self.puts);
    const auto bytes = reinterpret_cast<const std::uint8_t*>(value.data());
    self.host->kv_put(self.host, {key, 1, 0}, {bytes, value.size()});
}

void publish(const tradectl_exchange_host* host) {
    tradectl_quote_event event{};
    event.header.size = sizeof(event);
    event.header.type = TRADECTL_EVENT_QUOTE;
    host->publish(host, &event.header);
}

void get(Puppet& self, const char* key) {
    tradectl_bytes value{};
    self.host->base->kv_get(self.host->base, {key, 1, 0}, &value);
}

/// p: put "k"; g: get "k", whatever comes of it; c: complete the request and step to the next one;
/// e: publish a quote; t: timer 7 at 500; x: throw; r: refuse with UNAVAILABLE.
tradectl_status play(tradectl_exchange* raw, std::uint64_t request_id) {
    auto& self = *reinterpret_cast<Puppet*>(raw);
    const tradectl_host* base = self.host->base;
    for (;;) {
        switch (base->random(base)) {
            case 'p': put(self, "k"); break;
            case 'g': get(self, "k"); break;
            case 'c': complete(self.host, request_id++); break;
            case 'e': publish(self.host); break;
            case 't': self.host->timer(self.host, 7, 500); break;
            case 'x': throw std::runtime_error("half done");
            case 'r': return TRADECTL_UNAVAILABLE;
            default: return TRADECTL_OK;
        }
    }
}

tradectl_status create(const tradectl_exchange_host* host,
                       tradectl_str,
                       tradectl_exchange** out,
                       tradectl_error_text*) {
    *out = reinterpret_cast<tradectl_exchange*>(new Puppet{host});
    return TRADECTL_OK;
}

constexpr tradectl_exchange_api make_api() {
    tradectl_exchange_api api{};
    api.struct_size = sizeof(api);
    api.create = create;
    api.configure = [](tradectl_exchange* self, tradectl_str, tradectl_error_text*) {
        return play(self, 0);
    };
    api.start = [](tradectl_exchange* self) { return play(self, 0); };
    api.stop = [](tradectl_exchange* self) { return play(self, 0); };
    api.destroy = [](tradectl_exchange* self) { delete reinterpret_cast<Puppet*>(self); };
    api.connect = play;
    api.on_market_data =
        [](tradectl_exchange* self, const std::uint8_t*, std::uint64_t, std::uint32_t) {
            return play(self, 0);
        };
    api.submit_prepared = [](tradectl_exchange* self,
                             std::uint64_t first,
                             const std::uint64_t*,
                             const tradectl_signature* const*,
                             std::uint32_t) { return play(self, first); };
    api.discard_prepared = [](tradectl_exchange* self, std::uint64_t) {
        static_cast<void>(play(self, 0));
    };
    api.on_timer = [](tradectl_exchange* self, std::uint64_t, tradectl_time) {
        return play(self, 0);
    };
    api.on_wake = [](tradectl_exchange* self) { return play(self, 0); };
    return api;
}
constexpr tradectl_exchange_api kApi = make_api();

const void* get_factory(const char* factory_id) {
    return std::strcmp(factory_id, TRADECTL_FACTORY_EXCHANGE) == 0 ? &kApi : nullptr;
}

TRADECTL_MANIFEST_ATTRIBUTES const char zoo_manifest[] =
    R"({"id":"zoo.puppet","kind":"exchange","version":"0.1.0","settings":{}})";

}  // namespace

ZOO_ENTRY(get_factory)
