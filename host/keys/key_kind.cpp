#include "host/keys/key_kind.hpp"

#include "host/base/assert.hpp"

#include <algorithm>

namespace tradectl::keys {

std::string_view to_string(KeyKind kind) {
    switch (kind) {
        case KeyKind::Secp256k1: return "secp256k1";
        case KeyKind::Hmac: return "hmac";
        case KeyKind::Ed25519: return "ed25519";
        case KeyKind::Es256: return "es256";
        case KeyKind::Secret: return "secret";
    }
    return "?";
}

std::string to_string(const KeySource& source) {
    switch (source.kind) {
        case KeySource::Kind::File: return "file " + source.name;
        case KeySource::Kind::Credential: return "credential " + source.name;
        case KeySource::Kind::Command:
            return "command " + (source.command.empty() ? std::string() : source.command.front());
        case KeySource::Kind::Environment: return "environment " + source.name;
        case KeySource::Kind::Stored: return "stored";
    }
    return "?";
}

bool is_key_name(std::string_view name) {
    constexpr std::size_t kNameMax = 40;
    constexpr std::string_view kAuditKey = "audit";  // lies in the same directory
    if (name == kAuditKey) return false;
    return !name.empty() && name.size() <= kNameMax &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
           });
}

}  // namespace tradectl::keys
