#include "host/engine/session_keys.hpp"

#include <algorithm>

namespace tradectl::engine {
namespace {

using keys::KeyEncoding;
using keys::KeyKind;
using keys::KeySource;

KeyKind kind_of(const std::string& word) {
    for (const KeyKind kind :
         {KeyKind::Secp256k1, KeyKind::Hmac, KeyKind::Ed25519, KeyKind::Es256}) {
        if (to_string(kind) == word) return kind;
    }
    return KeyKind::Secret;
}

KeyEncoding encoding_of(const std::string& word) {
    if (word.starts_with("base64")) return KeyEncoding::Base64;
    return word == "hex" ? KeyEncoding::Hex : KeyEncoding::Raw;
}

KeySource source_of(const config::KeyConfig& key) {
    if (!key.file.empty()) return {.kind = KeySource::Kind::File, .name = key.file};
    if (!key.credential.empty())
        return {.kind = KeySource::Kind::Credential, .name = key.credential};
    if (!key.environment.empty())
        return {.kind = KeySource::Kind::Environment, .name = key.environment};
    if (key.stored) return {.kind = KeySource::Kind::Stored};
    return {.kind = KeySource::Kind::Command,
            .command = key.command,
            .command_timeout_ns = key.command_timeout_ns};
}

}  // namespace

keys::KeyStoreOptions key_store_options(const config::Config& config,
                                        const StatePaths& paths,
                                        Disk& disk,
                                        keys::KeyStoreOptions::Salt salt) {
    keys::KeyStoreOptions options;
    for (const config::KeyConfig& key : config.keys) {
        options.keys.push_back({.name = key.name,
                                .kind = kind_of(key.type),
                                .encoding = encoding_of(key.encoding),
                                .source = source_of(key)});
    }
    options.places.disk = &disk;
    if (!paths.root.empty()) options.places.directory = paths.keys();
    options.salt = salt;
    return options;
}

Status check_key_report(const keys::KeyReport& report, config::Mode mode) {
    if (report.state == keys::KeyReport::State::Refused) {
        const ErrorCode code = report.error->code;
        const bool unfit = code == ErrorCode::InvalidArgument || code == ErrorCode::Corrupt;
        return fail(unfit ? ErrorCode::Config : ErrorCode::Permission, report.error->message);
    }
    if (report.published_test_key && mode == config::Mode::Live) {
        return fail(
            ErrorCode::Config,
            "key " + report.name + ": a published test key, which mode live does not sign with");
    }
    return {};
}

}  // namespace tradectl::engine
