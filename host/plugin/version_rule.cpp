#include "host/plugin/version_rule.hpp"

#include "host/base/hex.hpp"

#include <tradectl/abi/entry.h>

#include <array>

namespace tradectl::plugin {
namespace {

std::string abi_of(const EntryHeader& entry) {
    return std::to_string(entry.abi_major) + "." + std::to_string(entry.abi_minor);
}

std::string hex_of(std::uint64_t value, std::size_t digits) {
    std::array<std::byte, 8> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::byte>(value >> (56 - 8 * i));
    return "0x" + to_hex(bytes).substr(16 - digits);
}

}  // namespace

EntryHeader host_entry() {
    return {.magic = TRADECTL_ENTRY_MAGIC,
            .struct_size = sizeof(tradectl_plugin_entry_v0),
            .abi_major = TRADECTL_ABI_MAJOR,
            .abi_minor = TRADECTL_ABI_MINOR,
            .min_host_minor = 0,
            .flags = 0,
            .pointer_bytes = sizeof(void*),
            .endianness = TRADECTL_ENDIAN_LITTLE,
            .decimal_bytes = sizeof(tradectl_decimal),
            .event_header_bytes = TRADECTL_EVENT_HEADER_BYTES,
            .reserved = 0,
            .header_hash = TRADECTL_ABI_HEADER_HASH};
}

Status check_version(const EntryHeader& plugin, const EntryHeader& host, const std::string& path) {
    const auto refuse = [&](const std::string& why) {
        return Status(fail(ErrorCode::Config, path + ": " + why));
    };
    if (plugin.magic != host.magic)
        return refuse("not a tradectl plugin: magic is " + hex_of(plugin.magic, 8) + ", not " +
                      hex_of(host.magic, 8));

    struct Field {
        const char* name;
        unsigned plugin_value;
        unsigned host_value;
    };
    const std::array<Field, 4> fingerprint{
        Field{"pointer size", plugin.pointer_bytes, host.pointer_bytes},
        Field{"endianness", plugin.endianness, host.endianness},
        Field{"decimal size", plugin.decimal_bytes, host.decimal_bytes},
        Field{"event header size", plugin.event_header_bytes, host.event_header_bytes}};
    for (const Field& field : fingerprint) {
        if (field.plugin_value != field.host_value)
            return refuse(std::string("built for another fingerprint: ") + field.name + " is " +
                          std::to_string(field.host_value) + " in the host and " +
                          std::to_string(field.plugin_value) + " in the plugin");
    }

    const std::string versions = "plugin abi " + abi_of(plugin) + ", host abi " + abi_of(host);
    const std::string rebuild = "rebuild the plugin with the sdk of this host";
    if (plugin.abi_major != host.abi_major) return refuse(versions + ": another major: " + rebuild);
    if (plugin.abi_major == 0 && plugin.abi_minor != host.abi_minor)
        return refuse(versions + ": while the major is 0 the minor must be equal: " + rebuild);
    if (plugin.min_host_minor > host.abi_minor)
        return refuse("needs a newer host: abi " + std::to_string(plugin.abi_major) + "." +
                      std::to_string(plugin.min_host_minor) + " or later, this is " + abi_of(host) +
                      ": upgrade tradectl, or " + rebuild);
    if (plugin.struct_size < host.struct_size)
        return refuse("not a tradectl plugin: its entry has " + std::to_string(plugin.struct_size) +
                      " bytes, abi " + abi_of(plugin) + " has " + std::to_string(host.struct_size));
    return {};
}

std::optional<std::string> version_warning(const EntryHeader& plugin,
                                           const EntryHeader& host,
                                           const std::string& path) {
    if (plugin.abi_major != host.abi_major || plugin.abi_minor != host.abi_minor ||
        plugin.header_hash == host.header_hash)
        return std::nullopt;
    return path + ": built from other headers of abi " + abi_of(host) + " (header hash " +
           hex_of(plugin.header_hash, 16) + ", host " + hex_of(host.header_hash, 16) + ")";
}

}  // namespace tradectl::plugin
