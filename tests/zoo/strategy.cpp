// A strategy against the C layer alone. The instance's name says what it does wrong.
#include "zoo_entry.hpp"

#include <tradectl/abi/strategy.h>

#include <cstring>
#include <ctime>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

namespace {

struct Zoo {
    const tradectl_host* host;
    std::string name;
};
Zoo& zoo(tradectl_strategy* self) {
    return *reinterpret_cast<Zoo*>(self);
}

void write_error(tradectl_error_text* error, std::string_view text) {
    const auto bytes = static_cast<std::uint32_t>(text.size());
    std::memcpy(error->data, text.data(), bytes < error->capacity ? bytes : error->capacity);
    error->size = bytes;
}

void say(const tradectl_host* host, const std::string& text) {
    host->log(host, TRADECTL_LOG_INFO, {text.data(), static_cast<std::uint32_t>(text.size()), 0});
}

void burn(long milliseconds) {
    timespec start{};
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &start);
    do {
        clock_gettime(CLOCK_MONOTONIC, &now);
    } while ((now.tv_sec - start.tv_sec) * 1000 + (now.tv_nsec - start.tv_nsec) / 1000000 <
             milliseconds);
}

tradectl_status create(const tradectl_host* host,
                       tradectl_str name,
                       tradectl_strategy** out,
                       tradectl_error_text* error) {
    const std::string text(name.data, name.size);
    if (text == "throws_in_create") throw std::runtime_error("no luck");
    if (text == "throws_a_number") throw 7;
    if (text == "fails_in_create") {
        write_error(error, "the moon is wrong");
        return TRADECTL_UNAVAILABLE;
    }
    if (text == "lies_about_its_error") {
        error->size = 1u << 30;
        return TRADECTL_INTERNAL;
    }
    if (text == "creates_nothing") return TRADECTL_OK;
    *out = reinterpret_cast<tradectl_strategy*>(new Zoo{host, text});
    return TRADECTL_OK;
}

tradectl_status configure(tradectl_strategy* self,
                          tradectl_str settings,
                          tradectl_error_text* error) {
    if (zoo(self).name == "fails_in_configure") {
        write_error(error, "no such colour");
        return TRADECTL_INVALID_ARGUMENT;
    }
    say(zoo(self).host, "settings " + std::string(settings.data, settings.size));
    return TRADECTL_OK;
}

tradectl_status start(tradectl_strategy* self) {
    return zoo(self).name == "fails_in_start" ? TRADECTL_BAD_STATE : TRADECTL_OK;
}

tradectl_submit_command submit() {
    tradectl_submit_command command{};
    command.header.size = sizeof(command);
    command.header.type = TRADECTL_COMMAND_SUBMIT;
    command.order_ref = 1;
    return command;
}

/// Sends until the host says stop.
void flood(const tradectl_host* host) {
    const auto command = submit();
    int taken = 0;
    while (host->emit(host, &command.header) == TRADECTL_OK)
        ++taken;
    say(host, "taken " + std::to_string(taken));
}

void send_garbage(const tradectl_host* host) {
    auto command = submit();
    command.header.size = 1;
    say(host, "size " + std::to_string(host->emit(host, &command.header)));
    command = submit();
    command.header.type = 999;
    say(host, "type " + std::to_string(host->emit(host, &command.header)));
    say(host, "null " + std::to_string(host->emit(host, nullptr)));
}

void call_from_thread(const tradectl_host* host) {
    std::thread([host] {
        const auto command = submit();
        tradectl_instrument_handle handle = 0;
        say(host, "emit " + std::to_string(host->emit(host, &command.header)));
        say(host, "find " + std::to_string(host->find_instrument(host, {"x", 1, 0}, &handle)));
        say(host, "ref " + std::to_string(host->next_order_ref(host)));
        say(host, "wake " + std::to_string(host->wake(host)));
        say(host, "now " + std::to_string(host->now(host)));
    }).join();
}

std::int32_t throwing_visit(void*, tradectl_str, tradectl_bytes) {
    throw std::runtime_error("in a visitor");
}

tradectl_status on_events(tradectl_strategy* self, const tradectl_turn* turn) {
    const tradectl_host* host = zoo(self).host;
    const std::string& name = zoo(self).name;
    say(host, "turn " + std::to_string(turn->turn_seq));
    if (name == "throws_in_on_events") throw std::runtime_error("boom");
    if (name == "returns_an_error") return TRADECTL_INTERNAL;
    if (name == "returns_a_positive_code") return 5;
    if (name == "over_budget") burn(100);
    if (name == "never_returns") burn(60'000);
    if (name == "floods") flood(host);
    if (name == "sends_garbage") send_garbage(host);
    if (name == "uses_a_thread") call_from_thread(host);
    if (name == "logs_much") say(host, std::string(10'000, 'x'));
    if (name == "throws_in_a_visitor") host->kv_each(host, {"", 0, 0}, nullptr, throwing_visit);
    return TRADECTL_OK;
}

tradectl_status stop(tradectl_strategy*) {
    return TRADECTL_OK;
}

void destroy(tradectl_strategy* self) {
    say(zoo(self).host, "destroyed");
    delete &zoo(self);
}

constexpr tradectl_strategy_api kApi = {
    sizeof(tradectl_strategy_api), 0, create, configure, start, on_events, stop, destroy};

const void* get_factory(const char* factory_id) {
    return std::strcmp(factory_id, TRADECTL_FACTORY_STRATEGY) == 0 ? &kApi : nullptr;
}

TRADECTL_MANIFEST_ATTRIBUTES const char zoo_manifest[] =
    R"({"id":"zoo.strategy","kind":"strategy","version":"0.1.0","vendor":"the zoo",)"
    R"("license":"Apache-2.0","description":"Does what its name says.",)"
    R"("capabilities":["kv"],"settings":{"type":"object","properties":{}}})";

}  // namespace

ZOO_ENTRY(get_factory)
