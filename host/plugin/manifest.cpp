#include "host/plugin/manifest.hpp"

#include "host/base/assert.hpp"
#include "host/plugin/elf_reader.hpp"
#include "host/plugin/manifest_wire.hpp"
#include "host/plugin/version_rule.hpp"

#include <tradectl/abi/entry.h>

#include <cstring>

namespace tradectl::plugin {
namespace {

// The header of the file is read through the ABI's own struct.
static_assert(offsetof(tradectl_plugin_entry_v0, build_info) == kEntryHeaderBytes);

Unexpected bad_manifest(const std::string& what) {
    return fail(ErrorCode::Config, "manifest: " + what);
}

Expected<std::string> required_text(const Json& json, std::string_view key) {
    const auto text = json.find_text(key);
    if (!text || text->empty())
        return bad_manifest("\"" + std::string(key) + "\" is missing or not a text");
    return std::string(*text);
}

Status read_optional(const Json& json, std::string_view key, std::string& out) {
    const Json* member = json.find(key);
    if (member == nullptr) return {};
    if (member->as_text() == nullptr)
        return bad_manifest("\"" + std::string(key) + "\" is not a text");
    out = *member->as_text();
    return {};
}

Status read_capabilities(const Json& json, std::vector<std::string>& out) {
    const Json* list = json.find("capabilities");
    if (list == nullptr) return {};
    if (list->as_array() == nullptr) return bad_manifest("\"capabilities\" is not a list");
    for (const Json& item : *list->as_array()) {
        if (item.as_text() == nullptr)
            return bad_manifest("\"capabilities\" holds what is not a text");
        out.push_back(*item.as_text());
    }
    return {};
}

Expected<PluginKind> read_kind(const Json& json) {
    const auto kind = json.find_text("kind");
    if (kind == "strategy") return PluginKind::Strategy;
    if (kind == "exchange") return PluginKind::Exchange;
    return bad_manifest("\"kind\" must be \"strategy\" or \"exchange\"");
}

}  // namespace

EntryHeader decode_entry(std::span<const std::byte> bytes) {
    TRADECTL_ASSERT(bytes.size() == kEntryHeaderBytes);
    tradectl_plugin_entry_v0 raw{};
    std::memcpy(&raw, bytes.data(), bytes.size());
    return {.magic = raw.magic,
            .struct_size = raw.struct_size,
            .abi_major = raw.abi_major,
            .abi_minor = raw.abi_minor,
            .min_host_minor = raw.min_host_minor,
            .flags = raw.flags,
            .pointer_bytes = raw.pointer_bytes,
            .endianness = raw.endianness,
            .decimal_bytes = raw.decimal_bytes,
            .event_header_bytes = raw.event_header_bytes,
            .reserved = raw.reserved,
            .header_hash = raw.header_hash};
}

std::string_view to_string(PluginKind kind) {
    return kind == PluginKind::Strategy ? "strategy" : "exchange";
}

Expected<Manifest> parse_manifest(std::string_view text) {
    while (text.ends_with('\0'))
        text.remove_suffix(1);
    const auto json = parse_json(text);
    if (!json) return bad_manifest(json.error().message);
    if (json->as_object() == nullptr) return bad_manifest("not an object");

    Manifest manifest;
    auto id = required_text(*json, "id");
    if (!id) return fail(id.error());
    manifest.id = std::move(*id);
    auto version = required_text(*json, "version");
    if (!version) return fail(version.error());
    manifest.version = std::move(*version);
    const auto kind = read_kind(*json);
    if (!kind) return fail(kind.error());
    manifest.kind = *kind;
    if (auto done = read_optional(*json, "vendor", manifest.vendor); !done)
        return fail(done.error());
    if (auto done = read_optional(*json, "license", manifest.license); !done)
        return fail(done.error());
    if (auto done = read_optional(*json, "description", manifest.description); !done)
        return fail(done.error());
    if (auto done = read_capabilities(*json, manifest.capabilities); !done)
        return fail(done.error());
    if (const Json* wire = json->find("wire"); wire != nullptr) {
        auto read = read_wire(*wire);
        if (!read) return bad_manifest("\"wire\": " + read.error().message);
        manifest.wire = std::move(*read);
    }
    const Json* settings = json->find("settings");
    if (settings == nullptr || settings->as_object() == nullptr)
        return bad_manifest("\"settings\" is missing or not an object");
    manifest.settings = *settings;
    return manifest;
}

Expected<EntryHeader> read_entry(std::span<const std::byte> file, const std::string& path) {
    const auto elf = ElfReader::open(file);
    const auto bytes = elf ? elf->symbol(TRADECTL_ENTRY_SYMBOL, kEntryHeaderBytes)
                           : Expected<std::span<const std::byte>>(fail(elf.error()));
    if (!bytes)
        return fail(ErrorCode::Config, path + ": not a tradectl plugin: " + bytes.error().message);
    return decode_entry(*bytes);
}

Expected<PluginImage> read_image(std::span<const std::byte> file, const std::string& path) {
    const auto entry = read_entry(file, path);
    if (!entry) return fail(entry.error());
    if (auto done = check_version(*entry, host_entry(), path); !done) return fail(done.error());
    const auto elf = ElfReader::open(file);
    TRADECTL_ASSERT(elf.has_value());  // read_entry opened the same bytes
    const auto section = elf->section(TRADECTL_MANIFEST_SECTION);
    if (!section)
        return fail(ErrorCode::Config, path + ": no manifest: " + section.error().message);
    auto manifest =
        parse_manifest({reinterpret_cast<const char*>(section->data()), section->size()});
    if (!manifest) return fail(ErrorCode::Config, path + ": " + manifest.error().message);
    return PluginImage{*entry, std::move(*manifest)};
}

}  // namespace tradectl::plugin
