#include "host/plugin/exchange_host_table.hpp"

#include "host/plugin/call_guard.hpp"
#include "host/plugin/command_check.hpp"
#include "host/plugin/host_services.hpp"

#include <tradectl/abi/instruments.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace tradectl::plugin {
namespace {

constexpr tradectl_decimal kNullDecimal{TRADECTL_DECIMAL_NULL_LO, TRADECTL_DECIMAL_NULL_HI};

/// Everything up to the items: what every version of the struct has.
constexpr std::uint32_t kCompletionBytesMin =
    offsetof(tradectl_completion, item_stride) + sizeof(tradectl_completion::item_stride);

/// A copy with nothing in the fields that the plugin's struct is too short for.
tradectl_completion widen(const tradectl_completion& completion) {
    tradectl_completion wide{};
    wide.retry_after = TRADECTL_TIME_NONE;
    wide.quote_price = kNullDecimal;
    wide.quote_quantity = kNullDecimal;
    wide.quote_expires = TRADECTL_TIME_NONE;
    std::memcpy(&wide,
                &completion,
                std::min<std::size_t>(completion.struct_size, sizeof(tradectl_completion)));
    wide.struct_size = sizeof(tradectl_completion);
    return wide;
}

bool is_text(const tradectl_str& text) {
    return text.data != nullptr || text.size == 0;
}

bool is_sound(const tradectl_sign_request& request) {
    return request.struct_size >= sizeof(request) && is_text(request.key) &&
           is_readable(request.payload);
}

bool is_sound(const tradectl_prepared& prepared) {
    if (prepared.struct_size < sizeof(prepared) || !is_text(prepared.identity) ||
        !is_readable(prepared.request) || !is_readable(prepared.rebuild))
        return false;
    if (prepared.sign_count == 0) return true;
    if (prepared.sign == nullptr || prepared.sign_stride < sizeof(tradectl_sign_request) ||
        prepared.sign_stride % 8 != 0)
        return false;
    const auto* first = reinterpret_cast<const std::uint8_t*>(prepared.sign);
    for (std::uint64_t i = 0; i < prepared.sign_count; ++i) {
        const auto* at = first + i * prepared.sign_stride;
        if (!is_sound(*reinterpret_cast<const tradectl_sign_request*>(at))) return false;
    }
    return true;
}

bool is_sound(const tradectl_completion& completion) {
    if (!is_text(completion.text) || !is_text(completion.cursor) ||
        completion.venue_order_id.size > TRADECTL_ID_BYTES_MAX)
        return false;
    if (completion.item_count > 0 && (completion.items == nullptr || completion.item_stride == 0 ||
                                      completion.item_stride % 8 != 0))
        return false;
    return completion.prepared == nullptr || is_sound(*completion.prepared);
}

bool is_sound(const tradectl_http_request& request) {
    if (request.struct_size < sizeof(request) || !is_text(request.method) ||
        !is_text(request.url) || !is_readable(request.body) ||
        (request.headers == nullptr && request.header_count > 0) ||
        (request.captures == nullptr && request.capture_count > 0))
        return false;
    for (std::uint32_t i = 0; i < request.header_count; ++i) {
        if (!is_text(request.headers[i].name) || !is_text(request.headers[i].value)) return false;
    }
    for (std::uint32_t i = 0; i < request.capture_count; ++i) {
        const tradectl_capture& capture = request.captures[i];
        if (!is_text(capture.json_pointer) || !is_text(capture.key)) return false;
    }
    return true;
}

bool is_sound(const tradectl_instrument& record) {
    if (record.struct_size < sizeof(record)) return false;
    for (const tradectl_id* id : {&record.name,
                                  &record.venue,
                                  &record.venue_symbol,
                                  &record.base,
                                  &record.quote,
                                  &record.settle})
        if (id->size > TRADECTL_ID_BYTES_MAX) return false;
    return true;
}

std::span<const std::uint8_t> as_span(const tradectl_bytes& bytes) {
    return {bytes.data, bytes.size};
}

}  // namespace

/// What the plugin calls. Nothing may throw through C code: noexcept turns that into a stop.
struct ExchangeHostTable::Calls {
    using Host = tradectl_exchange_host;

    /// Passes on what is sound and comes from the right thread.
    template <typename Serve>
    static tradectl_status serve(const Host* host, bool sound, Serve&& serve_it) {
        auto& table = *static_cast<ExchangeHostTable*>(host->context);
        if (!table.guard_.inside()) return TRADECTL_WRONG_THREAD;
        if (!sound) return TRADECTL_INVALID_ARGUMENT;
        return serve_it(table.services_);
    }

    static tradectl_status complete(const Host* host,
                                    const tradectl_completion* completion) noexcept {
        if (completion == nullptr || completion->struct_size < kCompletionBytesMin)
            return TRADECTL_INVALID_ARGUMENT;
        const tradectl_completion wide = widen(*completion);
        return serve(host, is_sound(wide), [&](auto& services) { return services.complete(wide); });
    }
    static tradectl_status publish(const Host* host, const tradectl_event* event) noexcept {
        if (event == nullptr || reinterpret_cast<std::uintptr_t>(event) % 8 != 0)
            return TRADECTL_INVALID_ARGUMENT;
        const tradectl_status status = check_event(*event);
        return serve(host, true, [&](auto& services) {
            return status == TRADECTL_OK ? services.publish(*event) : status;
        });
    }
    static tradectl_status timer(const Host* host,
                                 std::uint64_t timer_id,
                                 tradectl_time due) noexcept {
        return serve(
            host, true, [&](auto& services) { return services.timer(timer_id, Timestamp{due}); });
    }
    static tradectl_status kv_put(const Host* host,
                                  tradectl_str key,
                                  tradectl_bytes value) noexcept {
        const bool sound = is_text(key) && key.size > 0 && key.size <= TRADECTL_KV_KEY_BYTES_MAX &&
                           is_readable(value) && value.size <= TRADECTL_KV_VALUE_BYTES_MAX;
        return serve(host, sound, [&](auto& services) {
            return services.kv_put({key.data, key.size}, as_span(value));
        });
    }
    static tradectl_status http_send(const Host* host,
                                     const tradectl_http_request* request) noexcept {
        return serve(host, request != nullptr && is_sound(*request), [&](auto& services) {
            return services.http_send(*request);
        });
    }
    static tradectl_status ws_open(const Host* host,
                                   std::uint64_t ws_id,
                                   const tradectl_http_request* request) noexcept {
        return serve(host, request != nullptr && is_sound(*request), [&](auto& services) {
            return services.ws_open(ws_id, *request);
        });
    }
    static tradectl_status ws_send(const Host* host,
                                   std::uint64_t ws_id,
                                   std::uint64_t op_id,
                                   std::uint32_t kind,
                                   tradectl_bytes payload) noexcept {
        return serve(host, is_readable(payload), [&](auto& services) {
            return services.ws_send(ws_id, op_id, kind, as_span(payload));
        });
    }
    static tradectl_status ws_close(const Host* host, std::uint64_t ws_id) noexcept {
        return serve(host, true, [&](auto& services) { return services.ws_close(ws_id); });
    }
    static tradectl_status sign(const Host* host,
                                std::uint64_t sign_id,
                                const tradectl_sign_request* request) noexcept {
        return serve(host, request != nullptr && is_sound(*request), [&](auto& services) {
            return services.sign(sign_id, *request);
        });
    }
    static tradectl_status hash(const Host* host,
                                std::uint32_t algorithm,
                                tradectl_bytes input,
                                std::uint8_t* out) noexcept {
        return serve(host, out != nullptr && is_readable(input), [&](auto& services) {
            return services.hash(algorithm, as_span(input), out);
        });
    }
    static tradectl_status add_instrument(const Host* host,
                                          const tradectl_instrument* instrument,
                                          tradectl_instrument_handle* out) noexcept {
        const bool sound = instrument != nullptr && out != nullptr && is_sound(*instrument);
        return serve(host, sound, [&](auto& services) {
            return services.add_instrument(*instrument, *out);
        });
    }
    static const void* get_extension(const Host* host, const char* extension_id) noexcept {
        static constexpr tradectl_instruments_extension kInstruments{
            .struct_size = sizeof(tradectl_instruments_extension),
            .reserved = 0,
            .add = add_instrument};
        if (extension_id != nullptr &&
            std::string_view(extension_id) == TRADECTL_EXTENSION_INSTRUMENTS)
            return &kInstruments;
        return host->base->get_extension(host->base, extension_id);
    }
};

ExchangeHostTable::ExchangeHostTable(CallGuard& guard, ExchangeServices& services)
    : guard_(guard),
      services_(services),
      base_(guard, services, HostTable::Commands::Refused),
      table_{.struct_size = sizeof(tradectl_exchange_host),
             .reserved = 0,
             .base = base_.get(),
             .context = this,
             .complete = Calls::complete,
             .publish = Calls::publish,
             .timer = Calls::timer,
             .kv_put = Calls::kv_put,
             .http_send = Calls::http_send,
             .ws_open = Calls::ws_open,
             .ws_send = Calls::ws_send,
             .ws_close = Calls::ws_close,
             .sign = Calls::sign,
             .hash = Calls::hash,
             .get_extension = Calls::get_extension} {}

}  // namespace tradectl::plugin
