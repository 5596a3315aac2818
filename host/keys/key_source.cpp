#include "host/keys/key_source.hpp"

#include "host/base/disk.hpp"
#include "host/base/run_command.hpp"
#include "host/keys/private_file.hpp"

#include <cstring>
#include <span>

namespace tradectl::keys {
namespace {

Expected<LockedBytes> from_credential(const KeySpec& spec, const KeyPlaces& places) {
    const char* directory = places.environment("CREDENTIALS_DIRECTORY");
    if (directory == nullptr || *directory != '/') {
        return fail(ErrorCode::NotFound,
                    "key " + spec.name + ": $CREDENTIALS_DIRECTORY is not set; is this a service?");
    }
    if (spec.source.name.empty() || spec.source.name.find('/') != std::string::npos) {
        return fail(ErrorCode::InvalidArgument,
                    "key " + spec.name + ": credential '" + spec.source.name + "' is no file name");
    }
    const std::string path = std::string(directory) + "/" + spec.source.name;
    return read_private_file(path, kKeyTextBytesMax, FileOwner::Service);
}

Expected<LockedBytes> from_command(const KeySpec& spec) {
    if (spec.source.command.empty() || !spec.source.command.front().starts_with('/')) {
        return fail(ErrorCode::InvalidArgument,
                    "key " + spec.name + ": a command begins with a program by absolute path");
    }
    LockedBytes text(kKeyTextBytesMax);
    const auto bytes =
        read_from_command({.words = spec.source.command,
                           .input = {},
                           .timeout_ns = spec.source.command_timeout_ns,
                           .variables = {"HOME", "USER", "XDG_RUNTIME_DIR", "GNUPGHOME"}},
                          text.bytes());
    if (!bytes) return fail(bytes.error().code, "key " + spec.name + ": " + bytes.error().message);
    text.shorten(*bytes);
    return text;
}

Expected<LockedBytes> from_environment(const KeySpec& spec, const KeyPlaces& places) {
    const char* value = places.environment(spec.source.name.c_str());
    if (value == nullptr) {
        return fail(
            ErrorCode::NotFound,
            "key " + spec.name + ": environment variable " + spec.source.name + " is not set");
    }
    return LockedBytes(std::as_bytes(std::span(value, std::strlen(value))));
}

Expected<LockedBytes> from_store(const KeySpec& spec, const KeyPlaces& places) {
    if (places.directory.empty())
        return fail(ErrorCode::NotFound, "key " + spec.name + ": nothing is kept without a state");
    const std::string path = stored_path(places, spec.name);
    const auto there = places.disk->exists(path);
    if (!there) return fail(there.error());
    if (!*there) return fail(ErrorCode::NotFound, "key " + spec.name + ": not stored yet");
    // The directory is this user's alone, so nobody exchanges the file between look and read.
    if (auto sound = check_private_file(path); !sound) return fail(sound.error());
    auto file = places.disk->open(path, {});
    if (!file) return fail(file.error());
    LockedBytes text(kKeyTextBytesMax + 1);
    const auto bytes = (*file)->read(0, text.bytes());
    if (!bytes) return fail(bytes.error());
    text.shorten(*bytes);
    return text;
}

Expected<LockedBytes> read(const KeySpec& spec, const KeyPlaces& places) {
    switch (spec.source.kind) {
        case KeySource::Kind::File: return read_private_file(spec.source.name, kKeyTextBytesMax);
        case KeySource::Kind::Credential: return from_credential(spec, places);
        case KeySource::Kind::Command: return from_command(spec);
        case KeySource::Kind::Environment: return from_environment(spec, places);
        case KeySource::Kind::Stored: return from_store(spec, places);
    }
    return fail(ErrorCode::InvalidArgument, "key " + spec.name + ": no source");
}

}  // namespace

Expected<LockedBytes> read_key_text(const KeySpec& spec, const KeyPlaces& places) {
    auto text = read(spec, places);
    if (!text) return fail(text.error());
    if (text->empty()) {
        return fail(ErrorCode::InvalidArgument,
                    "key " + spec.name + ": " + to_string(spec.source) + ": empty");
    }
    if (text->size() > kKeyTextBytesMax) {
        return fail(ErrorCode::InvalidArgument,
                    "key " + spec.name + ": " + to_string(spec.source) + ": longer than " +
                        std::to_string(kKeyTextBytesMax) + " bytes");
    }
    return text;
}

std::string stored_path(const KeyPlaces& places, const std::string& name) {
    return places.directory + "/" + name;
}

}  // namespace tradectl::keys
