/// What a plugin says of itself, as it stands in its file: nothing here runs plugin code.
#pragma once

#include "host/base/json.hpp"

#include <tradectl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tradectl::plugin {

/// The frozen first 32 bytes of `tradectl_plugin_entry` (abi/entry.h).
struct EntryHeader {
    std::uint32_t magic = 0;
    std::uint32_t struct_size = 0;
    std::uint16_t abi_major = 0;
    std::uint16_t abi_minor = 0;
    std::uint16_t min_host_minor = 0;
    std::uint16_t flags = 0;
    std::uint8_t pointer_bytes = 0;
    std::uint8_t endianness = 0;
    std::uint8_t decimal_bytes = 0;
    std::uint8_t event_header_bytes = 0;
    std::uint32_t reserved = 0;
    std::uint64_t header_hash = 0;
    friend bool operator==(const EntryHeader&, const EntryHeader&) = default;
};

inline constexpr std::size_t kEntryHeaderBytes = 32;
/// Reads the header from exactly kEntryHeaderBytes bytes.
[[nodiscard]] EntryHeader decode_entry(std::span<const std::byte> bytes);

enum class PluginKind { Strategy, Exchange };
/// "strategy" or "exchange".
[[nodiscard]] std::string_view to_string(PluginKind kind);

/// A request other than GET and HEAD that changes nothing at a venue, so that it needs no durable
/// step: to a path of the host that a setting's URL names, and for JSON-RPC one of these methods.
struct HarmlessRequest {
    std::string method;
    std::string host_setting;      ///< empty: any allowed host
    std::string path;              ///< "*", with the two others: any path, as keys of providers are
    std::vector<std::string> rpc;  ///< empty: not JSON-RPC
};

/// A rate that all requests of one bucket share.
struct RateBucket {
    std::string name;
    double per_second = 0;
    double burst = 0;
};

/// What an exchange plugin needs of the network.
struct WireManifest {
    std::vector<std::string> hosts;  ///< the venue's public ones, "host" or "host:port"
    std::vector<HarmlessRequest> harmless;
    std::vector<RateBucket> buckets;  ///< in the order of their indices
};

struct Manifest {
    std::string id;
    PluginKind kind = PluginKind::Strategy;
    std::string version;
    std::string vendor;
    std::string license;
    std::string description;
    std::vector<std::string> capabilities;
    std::optional<WireManifest> wire;  ///< nothing: it reaches no network
    Json settings = Json::object();    ///< schema; host/config reads it
};

/// Reads a manifest's JSON text (trailing NULs are cut off). Config, naming the key, for anything
/// that is missing or of the wrong kind; keys that it does not know are ignored.
[[nodiscard]] Expected<Manifest> parse_manifest(std::string_view text);

/// Header and manifest of a file.
struct PluginImage {
    EntryHeader entry;
    Manifest manifest;
};

/// Reads the entry's header from the content of a shared library. `path` stands in messages.
/// Config: not a tradectl plugin.
[[nodiscard]] Expected<EntryHeader> read_entry(std::span<const std::byte> file,
                                               const std::string& path);
/// Reads both and applies the version rule (version_rule.hpp) before it looks at the manifest.
/// Config.
[[nodiscard]] Expected<PluginImage> read_image(std::span<const std::byte> file,
                                               const std::string& path);

}  // namespace tradectl::plugin
