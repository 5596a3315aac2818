/// What keys there are and where they come from, as a configuration says it.
#pragma once

#include <tradectl/expected.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tradectl::keys {

enum class KeyKind {
    Secp256k1,  ///< 64 hex digits, with or without 0x
    Hmac,       ///< text in a KeyEncoding
    Ed25519,    ///< PEM (PKCS #8), or the seed as 64 hex digits
    Es256,      ///< PEM (PKCS #8 or SEC 1) on P-256
    Secret,     ///< text for slots of requests; signs nothing
};

enum class KeyEncoding {
    Raw,     ///< the bytes as they are
    Base64,  ///< either alphabet, padding or none
    Hex,
};

struct KeySource {
    enum class Kind {
        File,         ///< mode 0600, this user's, no link
        Credential,   ///< of systemd: a file in $CREDENTIALS_DIRECTORY
        Command,      ///< what a program writes
        Environment,  ///< works, and other programs of this user can read it
        Stored,       ///< in our own directory, written when a venue gives us the key
    };
    Kind kind = Kind::File;
    std::string name;  ///< path, credential or variable
    std::vector<std::string> command;
    std::int64_t command_timeout_ns = 10'000'000'000;
};

struct KeySpec {
    std::string name;  ///< [a-z0-9-]{1,40}, not "audit"
    KeyKind kind = KeyKind::Secret;
    KeyEncoding encoding = KeyEncoding::Raw;
    KeySource source;
};

/// "secp256k1", "hmac", ...
[[nodiscard]] std::string_view to_string(KeyKind kind);
/// "file /etc/x", "credential x", "command /bin/x", "environment X", "stored": nothing of the key.
[[nodiscard]] std::string to_string(const KeySource& source);
/// Whether `KeySpec` may have that name.
[[nodiscard]] bool is_key_name(std::string_view name);

}  // namespace tradectl::keys
