// An exchange against the C layer alone. The instance's name says what it does wrong.
#include "zoo_entry.hpp"

#include <tradectl/abi/exchange.h>

#include <cstddef>
#include <cstring>
#include <stdexcept>
#include <string>

namespace {

struct Zoo {
    const tradectl_exchange_host* host;
    std::string name;
};
Zoo& zoo(tradectl_exchange* self) {
    return *reinterpret_cast<Zoo*>(self);
}

void say(const Zoo& self, const std::string& text) {
    const tradectl_host* base = self.host->base;
    base->log(base, TRADECTL_LOG_INFO, {text.data(), static_cast<std::uint32_t>(text.size()), 0});
}

tradectl_status create(const tradectl_exchange_host* host,
                       tradectl_str name,
                       tradectl_exchange** out,
                       tradectl_error_text*) {
    *out = reinterpret_cast<tradectl_exchange*>(new Zoo{host, {name.data, name.size}});
    return TRADECTL_OK;
}
tradectl_status configure(tradectl_exchange*, tradectl_str, tradectl_error_text*) {
    return TRADECTL_OK;
}
tradectl_status start(tradectl_exchange*) {
    return TRADECTL_OK;
}
tradectl_status stop(tradectl_exchange*) {
    return TRADECTL_OK;
}
void destroy(tradectl_exchange* self) {
    say(zoo(self), "destroyed");
    delete &zoo(self);
}

tradectl_completion completion_of(std::uint64_t request_id) {
    tradectl_completion completion{};
    completion.struct_size = sizeof(completion);
    completion.request_id = request_id;
    return completion;
}

/// Answers that cannot be read; the host's verdict on each goes to the log.
void complete_garbage(const Zoo& self, std::uint64_t request_id) {
    const auto try_it = [&](const char* what, const tradectl_completion& completion) {
        say(self,
            what + std::string(" ") + std::to_string(self.host->complete(self.host, &completion)));
    };
    auto completion = completion_of(request_id);
    completion.struct_size = 8;
    try_it("short", completion);
    completion = completion_of(request_id);
    completion.item_count = 3;
    try_it("items", completion);
    completion = completion_of(request_id);
    completion.venue_order_id.size = 200;
    try_it("id", completion);
    completion = completion_of(request_id);
    completion.text.size = 4;
    try_it("text", completion);
    tradectl_prepared prepared{};
    prepared.struct_size = sizeof(prepared);
    prepared.sign_count = 1;
    completion = completion_of(request_id);
    completion.prepared = &prepared;
    try_it("prepared", completion);
}

tradectl_status connect(tradectl_exchange* self, std::uint64_t request_id) {
    if (zoo(self).name == "completes_garbage") {
        complete_garbage(zoo(self), request_id);
        return TRADECTL_OK;
    }
    if (zoo(self).name == "refuses") return TRADECTL_UNAVAILABLE;
    auto completion = completion_of(request_id);
    // As a plugin would that was built when the struct ended here.
    completion.struct_size = offsetof(tradectl_completion, venue_order_id);
    return zoo(self).host->complete(zoo(self).host, &completion);
}

tradectl_status submit_prepared(tradectl_exchange* self,
                                std::uint64_t,
                                const std::uint64_t*,
                                const tradectl_signature* const*,
                                std::uint32_t) {
    if (zoo(self).name == "throws_in_submit") throw std::runtime_error("half sent");
    return TRADECTL_OK;
}

tradectl_status on_wake(tradectl_exchange* self) {
    const Zoo& me = zoo(self);
    tradectl_event event{};
    event.size = 24;
    event.type = TRADECTL_EVENT_QUOTE;
    say(me, "publish " + std::to_string(me.host->publish(me.host, &event)));
    const tradectl_host* base = me.host->base;
    tradectl_command command{sizeof(command), TRADECTL_COMMAND_CANCEL_ALL, 0, 0, 0};
    say(me, "emit " + std::to_string(base->emit(base, &command)));
    say(me, "ref " + std::to_string(base->next_order_ref(base)));
    const std::string key(300, 'k');
    say(me, "key " + std::to_string(me.host->kv_put(me.host, {key.data(), 300, 0}, {nullptr, 0})));
    say(me, "http " + std::to_string(me.host->ws_close(me.host, 1)));
    return TRADECTL_OK;
}

constexpr tradectl_exchange_api make_api() {
    tradectl_exchange_api api{};
#ifdef ZOO_SHORT_TABLE
    api.struct_size = offsetof(tradectl_exchange_api, submit_prepared);
#else
    api.struct_size = sizeof(api);
#endif
    api.create = create;
    api.configure = configure;
    api.start = start;
    api.stop = stop;
    api.destroy = destroy;
    api.connect = connect;
    api.submit_prepared = submit_prepared;
    api.on_wake = on_wake;
    return api;
}
constexpr tradectl_exchange_api kApi = make_api();

const void* get_factory(const char* factory_id) {
    return std::strcmp(factory_id, TRADECTL_FACTORY_EXCHANGE) == 0 ? &kApi : nullptr;
}

TRADECTL_MANIFEST_ATTRIBUTES const char zoo_manifest[] =
    R"({"id":"zoo.exchange","kind":"exchange","version":"0.1.0","settings":{}})";

}  // namespace

ZOO_ENTRY(get_factory)
