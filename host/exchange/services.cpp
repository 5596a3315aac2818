// The part of ExchangeRuntime that answers the plugin's own calls.
#include "host/base/hash.hpp"
#include "host/exchange/runtime.hpp"

#include <algorithm>

namespace tradectl::exchange {

tradectl_status ExchangeRuntime::kv_get(std::string_view key, std::span<const std::uint8_t>& out) {
    const auto value = store_->get(key);
    if (!value) return unread(value.error());
    out = {reinterpret_cast<const std::uint8_t*>(value->data()), value->size()};
    return TRADECTL_OK;
}

tradectl_status ExchangeRuntime::kv_each(std::string_view prefix, const plugin::KvVisitor& visit) {
    const auto walked =
        store_->each(prefix, [&](std::string_view key, std::span<const std::byte> value) {
            return visit(key, {reinterpret_cast<const std::uint8_t*>(value.data()), value.size()});
        });
    return walked ? TRADECTL_OK : unread(walked.error());
}

/// A plugin may take what cannot be read for what is not there: nothing that it says counts then.
tradectl_status ExchangeRuntime::unread(const Error& error) {
    if (error.code != ErrorCode::NotFound) keep_store_error(error);
    return static_cast<tradectl_status>(error.code);
}

tradectl_status ExchangeRuntime::timer(std::uint64_t timer_id, Timestamp due) {
    set_timer_(options_.index, timer_id, due);
    return TRADECTL_OK;
}

tradectl_status ExchangeRuntime::kv_put(std::string_view key, std::span<const std::uint8_t> value) {
    const auto put = store_->put(key, std::as_bytes(value));
    return put ? TRADECTL_OK : static_cast<tradectl_status>(put.error().code);
}

tradectl_status ExchangeRuntime::unsupported(std::string_view what) {
    host_.log(LogLevel::Warning, std::string(what) + ": not supported by this host");
    return TRADECTL_UNSUPPORTED;
}

tradectl_status ExchangeRuntime::http_send(const tradectl_http_request&) {
    return unsupported("http_send");
}

tradectl_status ExchangeRuntime::ws_open(std::uint64_t, const tradectl_http_request&) {
    return unsupported("ws_open");
}

tradectl_status ExchangeRuntime::ws_send(std::uint64_t,
                                         std::uint64_t,
                                         std::uint32_t,
                                         std::span<const std::uint8_t>) {
    return unsupported("ws_send");
}

tradectl_status ExchangeRuntime::ws_close(std::uint64_t) {
    return unsupported("ws_close");
}

tradectl_status ExchangeRuntime::sign(std::uint64_t, const tradectl_sign_request&) {
    return unsupported("sign");
}

tradectl_status ExchangeRuntime::hash(std::uint32_t algorithm,
                                      std::span<const std::uint8_t> input,
                                      std::uint8_t* out) {
    if (algorithm != TRADECTL_HASH_SHA256) return unsupported("hash other than SHA-256");
    const auto digest = sha256(std::as_bytes(input));
    std::transform(digest.begin(), digest.end(), out, [](std::byte b) {
        return std::to_integer<std::uint8_t>(b);
    });
    return TRADECTL_OK;
}

}  // namespace tradectl::exchange
