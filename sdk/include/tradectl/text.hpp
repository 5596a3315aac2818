/// Text and bytes as they cross the plugin border, to and from the standard library's views.
#pragma once

#include "abi/types.h"
#include "expected.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

namespace tradectl {

using Bytes = std::span<const std::uint8_t>;

[[nodiscard]] constexpr tradectl_str to_str(std::string_view text) {
    return {text.data(), static_cast<std::uint32_t>(text.size()), 0};
}
[[nodiscard]] constexpr tradectl_bytes to_bytes(Bytes bytes) {
    return {bytes.data(), bytes.size()};
}
/// The bytes of a text, without a copy.
[[nodiscard]] inline Bytes as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
/// Bytes as text, without a copy and without a check of the encoding.
[[nodiscard]] inline std::string_view as_text(Bytes bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Views into the host's memory, valid as long as what they were made from.
[[nodiscard]] constexpr std::string_view view(tradectl_str text) {
    return text.data == nullptr ? std::string_view{} : std::string_view{text.data, text.size};
}
[[nodiscard]] constexpr Bytes view(tradectl_bytes bytes) {
    return {bytes.data, bytes.data == nullptr ? std::size_t{0} : std::size_t{bytes.size}};
}
[[nodiscard]] constexpr std::string_view view(const tradectl_id& id) {
    return {id.text, std::min<std::size_t>(id.size, TRADECTL_ID_BYTES_MAX)};
}
[[nodiscard]] constexpr std::string_view view(const tradectl_text& text) {
    return {text.text, std::min<std::size_t>(text.size, sizeof text.text)};
}

/// An id record. Text over 95 bytes gives an empty id: a cut id would name something else.
[[nodiscard]] inline tradectl_id to_id(std::string_view text) {
    tradectl_id id{};
    if (text.size() > TRADECTL_ID_BYTES_MAX) return id;
    id.size = static_cast<std::uint8_t>(text.size());
    if (!text.empty()) std::memcpy(id.text, text.data(), text.size());
    return id;
}
/// A text record, cut at 127 bytes (not inside a UTF-8 character).
[[nodiscard]] inline tradectl_text to_text(std::string_view text) {
    tradectl_text out{};
    std::size_t size = std::min(text.size(), sizeof out.text);
    if (size < text.size())
        while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0U) == 0x80U)
            --size;
    out.size = static_cast<std::uint8_t>(size);
    if (size > 0) std::memcpy(out.text, text.data(), size);
    return out;
}

/// A status of the ABI as a Status; `what` begins the message of a failure.
[[nodiscard]] inline Status to_status(tradectl_status code, std::string_view what) {
    if (code == TRADECTL_OK) return {};
    return fail(static_cast<ErrorCode>(code),
                std::string(what) + ": the host answered " + std::to_string(code));
}

}  // namespace tradectl
