#include "host/engine/answer_digest.hpp"

#include <cstring>
#include <span>
#include <string>

namespace tradectl::engine {

namespace {

template <typename T>
void put(std::string& out, T value) {
    char bytes[sizeof(T)];
    std::memcpy(bytes, &value, sizeof(T));
    out.append(bytes, sizeof(T));
}

}  // namespace

Sha256Digest answer_digest(const tradectl_event& event) {
    const auto* record = reinterpret_cast<const std::byte*>(&event);
    return sha256(std::span(record, event.size).subspan(sizeof(event)));
}

Sha256Digest answer_digest(const exchange::Completion& completion) {
    std::string bytes;
    bytes.reserve(128);
    put(bytes, static_cast<std::int32_t>(completion.status));
    put(bytes, static_cast<std::uint32_t>(completion.reason));
    put(bytes, static_cast<std::int64_t>(completion.as_of));
    put(bytes, static_cast<std::uint32_t>(completion.venue_order_id.size()));
    bytes += completion.venue_order_id;
    bytes += completion.text;
    return sha256(bytes_of(bytes));
}

}  // namespace tradectl::engine
