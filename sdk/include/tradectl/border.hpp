/// What stands between a plugin's C++ and the C tables: nothing throws across it.
#pragma once

#include "abi/host.h"
#include "expected.hpp"
#include "text.hpp"

#include <algorithm>
#include <cstring>
#include <exception>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace tradectl::border {

/// Writes why `create` or `configure` failed, cut at the capacity; `out` may be null.
inline void write_error(tradectl_error_text* out, std::string_view message) noexcept {
    if (out == nullptr || out->data == nullptr) return;
    out->size = static_cast<std::uint32_t>(std::min<std::size_t>(message.size(), out->capacity));
    if (out->size > 0) std::memcpy(out->data, message.data(), out->size);
}

inline void report(const tradectl_host* host,
                   tradectl_error_text* error,
                   const char* call,
                   const char* message) noexcept {
    try {
        const std::string text = std::string(call) + ": " + message;
        write_error(error, text);
        host->log(host, TRADECTL_LOG_ERROR, to_str(text));
    } catch (...) {  // no memory for the text: the words alone must do
        host->log(host, TRADECTL_LOG_ERROR, to_str(message));
    }
}

/// Runs `body`, which returns a Status or a tradectl_status. An error or an exception is logged
/// with its text, written to `error` unless that is null, and returned as a code; an exception's
/// code is Internal. Unsupported is an answer, not a fault, and is not logged.
template <typename Body>
tradectl_status guard(const tradectl_host* host,
                      const char* call,
                      tradectl_error_text* error,
                      Body&& body) noexcept {
    try {
        if constexpr (std::is_same_v<std::invoke_result_t<Body>, tradectl_status>) {
            return body();
        } else {
            const Status done = body();
            if (done) return TRADECTL_OK;
            const auto code = static_cast<tradectl_status>(done.error().code);
            if (code == TRADECTL_UNSUPPORTED)
                write_error(error, done.error().message);
            else
                report(host, error, call, done.error().message.c_str());
            return code;
        }
    } catch (const std::exception& thrown) {
        report(host, error, call, thrown.what());
    } catch (...) {  // logged like any other
        report(host, error, call, "exception of unknown type");
    }
    return TRADECTL_INTERNAL;
}

template <typename Body>
tradectl_status guard(const tradectl_host* host, const char* call, Body&& body) noexcept {
    return guard(host, call, nullptr, std::forward<Body>(body));
}

}  // namespace tradectl::border
