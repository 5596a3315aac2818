// The part of ExchangeRuntime that answers the plugin's own calls.
#include "host/base/hash.hpp"
#include "host/base/sha1.hpp"
#include "host/exchange/runtime.hpp"
#include "host/keys/evm_word.hpp"

#include <algorithm>
#include <cstring>

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

tradectl_status ExchangeRuntime::add_instrument(const tradectl_instrument& instrument,
                                                tradectl_instrument_handle& out) {
    return options_.add_instrument ? options_.add_instrument(instrument, out)
                                   : TRADECTL_UNSUPPORTED;
}

tradectl_status ExchangeRuntime::unsupported(std::string_view what) {
    host_.log(LogLevel::Warning, std::string(what) + ": not supported by this host");
    return TRADECTL_UNSUPPORTED;
}

tradectl_status ExchangeRuntime::http_send(const tradectl_http_request& request) {
    return options_.wire ? options_.wire->http_send(request) : unsupported("http_send");
}

tradectl_status ExchangeRuntime::ws_open(std::uint64_t ws_id,
                                         const tradectl_http_request& request) {
    return options_.wire ? options_.wire->ws_open(ws_id, request) : unsupported("ws_open");
}

tradectl_status ExchangeRuntime::ws_send(std::uint64_t ws_id,
                                         std::uint64_t op_id,
                                         std::uint32_t kind,
                                         std::span<const std::uint8_t> payload) {
    return options_.wire ? options_.wire->ws_send(ws_id, op_id, kind, payload)
                         : unsupported("ws_send");
}

tradectl_status ExchangeRuntime::ws_close(std::uint64_t ws_id) {
    return options_.wire ? options_.wire->ws_close(ws_id) : unsupported("ws_close");
}

tradectl_status ExchangeRuntime::sign(std::uint64_t sign_id, const tradectl_sign_request& request) {
    return options_.wire ? options_.wire->sign(sign_id, request) : unsupported("sign");
}

std::size_t ExchangeRuntime::hear_wire() {
    return options_.wire ? options_.wire->drain(*this) : 0;
}

void ExchangeRuntime::on_http(const tradectl_http_response& response) {
    outputs_before_call_ = outputs_.size();
    instance_->on_http(response);
    end_call(0, 0, TRADECTL_OK);
}

void ExchangeRuntime::on_ws(const tradectl_ws_event& event) {
    outputs_before_call_ = outputs_.size();
    instance_->on_ws(event);
    end_call(0, 0, TRADECTL_OK);
}

void ExchangeRuntime::on_signed(std::uint64_t sign_id, const tradectl_signature& signature) {
    outputs_before_call_ = outputs_.size();
    instance_->on_signed(sign_id, signature);
    end_call(0, 0, TRADECTL_OK);
}

void ExchangeRuntime::on_prepared_signed(std::uint64_t prepare_id, Signatures signatures) {
    const auto found = signing_.find(prepare_id);
    if (found != signing_.end()) found->second = std::move(signatures);  // else it was discarded
}

tradectl_status ExchangeRuntime::hash(std::uint32_t algorithm,
                                      std::span<const std::uint8_t> input,
                                      std::uint8_t* out) {
    if (algorithm == TRADECTL_HASH_KECCAK256) {
        const auto digest = keys::keccak256(std::as_bytes(input));
        std::memcpy(out, digest.data(), digest.size());
        return TRADECTL_OK;
    }
    if (algorithm == TRADECTL_HASH_SHA1) {
        const auto digest = sha1(std::as_bytes(input));
        std::memcpy(out, digest.data(), digest.size());
        return TRADECTL_OK;
    }
    if (algorithm != TRADECTL_HASH_SHA256) return TRADECTL_INVALID_ARGUMENT;
    const auto digest = sha256(std::as_bytes(input));
    std::transform(digest.begin(), digest.end(), out, [](std::byte b) {
        return std::to_integer<std::uint8_t>(b);
    });
    return TRADECTL_OK;
}

}  // namespace tradectl::exchange
