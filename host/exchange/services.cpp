// The part of ExchangeRuntime that answers the plugin's own calls.
#include "host/base/hash.hpp"
#include "host/exchange/runtime.hpp"

#include <algorithm>

namespace tradectl::exchange {

std::optional<std::uint32_t> ExchangeRuntime::find_instrument(std::string_view name) const {
    return host_.find_instrument(name);
}

const tradectl_instrument* ExchangeRuntime::instrument(std::uint32_t handle) const {
    return host_.instrument(handle);
}

std::optional<std::uint32_t> ExchangeRuntime::find_asset(std::string_view name) const {
    return host_.find_asset(name);
}

std::optional<std::uint32_t> ExchangeRuntime::find_account(std::string_view name) const {
    return host_.find_account(name);
}

std::optional<std::span<const std::byte>> ExchangeRuntime::kv_get(std::string_view key) const {
    return store_->get(key);
}

void ExchangeRuntime::kv_each(
    std::string_view prefix,
    const std::function<bool(std::string_view, std::span<const std::byte>)>& visit) const {
    store_->each(prefix, visit);
}

const void* ExchangeRuntime::get_extension(std::string_view id) const {
    return host_.get_extension(id);
}

tradectl_status ExchangeRuntime::timer(std::uint64_t timer_id, Timestamp due) {
    set_timer_(options_.index, timer_id, due);
    return TRADECTL_OK;
}

tradectl_status ExchangeRuntime::kv_put(std::string_view key, std::span<const std::byte> value) {
    const auto put = store_->put(key, value);
    return put ? TRADECTL_OK : static_cast<tradectl_status>(put.error().code);
}

// Sessions with venues and keys come with the first networked venue; until then these say so by
// name.
tradectl_status ExchangeRuntime::http_send(const tradectl_http_request&) {
    host_.log(TRADECTL_LOG_WARNING, "http_send: this host has no network sessions");
    return TRADECTL_UNSUPPORTED;
}

tradectl_status ExchangeRuntime::ws_open(std::uint64_t, const tradectl_http_request&) {
    host_.log(TRADECTL_LOG_WARNING, "ws_open: this host has no network sessions");
    return TRADECTL_UNSUPPORTED;
}

tradectl_status ExchangeRuntime::ws_send(std::uint64_t,
                                         std::uint64_t,
                                         std::uint32_t,
                                         std::span<const std::byte>) {
    host_.log(TRADECTL_LOG_WARNING, "ws_send: this host has no network sessions");
    return TRADECTL_UNSUPPORTED;
}

tradectl_status ExchangeRuntime::ws_close(std::uint64_t) {
    host_.log(TRADECTL_LOG_WARNING, "ws_close: this host has no network sessions");
    return TRADECTL_UNSUPPORTED;
}

tradectl_status ExchangeRuntime::sign(std::uint64_t, const tradectl_sign_request&) {
    host_.log(TRADECTL_LOG_WARNING, "sign: this host has no key store");
    return TRADECTL_UNSUPPORTED;
}

tradectl_status ExchangeRuntime::hash(std::uint32_t algorithm,
                                      std::span<const std::byte> input,
                                      std::byte* out) {
    if (algorithm != TRADECTL_HASH_SHA256) {
        host_.log(TRADECTL_LOG_WARNING,
                  "hash: this host has SHA-256 (2) alone, not " + std::to_string(algorithm));
        return TRADECTL_UNSUPPORTED;
    }
    const auto digest = sha256(input);
    std::copy(digest.begin(), digest.end(), out);
    return TRADECTL_OK;
}

}  // namespace tradectl::exchange
