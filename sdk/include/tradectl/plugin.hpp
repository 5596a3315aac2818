/// Makes a shared library a plugin: the entry symbol and the manifest, both data alone.
///
///     TRADECTL_STRATEGY_PLUGIN(Momentum,
///                              .id = "momentum",
///                              .version = "0.1.0",
///                              .vendor = "tradectl",
///                              .license = "Apache-2.0",
///                              .description = "rate of change over a lookback")
///
/// stands once, at namespace scope, in one .cpp of the plugin. Include strategy.hpp or exchange.hpp
/// before it, for the class. The host reads both without running the plugin's code.
#pragma once

#include "abi/entry.h"
#include "settings.hpp"
#include "settings_text.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace tradectl {

/// What the manifest says besides the settings. Literals only; `id` is [a-z0-9-].
struct PluginInfo {
    std::string_view id;
    std::string_view version;
    std::string_view vendor = "";
    std::string_view license = "";
    std::string_view description = "";
    std::array<std::string_view, 8> capabilities = {};
    /// What an exchange plugin needs of the network, as a JSON object: `hosts`, `harmless` requests
    /// and `buckets`; see tradectl-plugin(7). Empty: nothing.
    std::string_view wire = "";
    std::uint16_t min_host_minor = TRADECTL_ABI_MINOR;  ///< oldest host minor that will do
};

namespace plugin_detail {
/// The type of a class's public member `settings`, or NoSettings.
template <typename Plugin>
struct SettingsOf {
    using Type = NoSettings;
};
template <typename Plugin>
requires requires(Plugin& plugin) {
    plugin.settings;
}
struct SettingsOf<Plugin> {
    using Type = std::remove_cvref_t<decltype(Plugin::settings)>;
};

template <typename Plugin>
Status read_plugin_settings(Plugin& plugin, std::string_view json) {
    if constexpr (requires { plugin.settings; }) {
        return read_settings(plugin.settings, json);
    } else {
        NoSettings none;
        return read_settings(none, json);
    }
}

constexpr bool is_plugin_id(std::string_view id) {
    for (const char c : id)
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) return false;
    return !id.empty();
}

template <typename Plugin>
constexpr SchemaText manifest(std::string_view kind, const PluginInfo& info) {
    SchemaText out;
    const auto text = [&](std::string_view key, std::string_view value) {
        out.put_key(key);
        out.put_quoted(value);
        out.put(',');
    };
    out.put('{');
    text("id", info.id);
    text("kind", kind);
    text("version", info.version);
    text("vendor", info.vendor);
    text("license", info.license);
    text("description", info.description);
    out.put_key("capabilities");
    out.put('[');
    const char* separator = "";
    for (const std::string_view capability : info.capabilities) {
        if (capability.empty()) continue;
        out.put(separator);
        out.put_quoted(capability);
        separator = ",";
    }
    out.put("],");
    if (!info.wire.empty()) {
        out.put_key("wire");
        out.put(info.wire);
        out.put(',');
    }
    out.put_key("settings");
    write_schema<typename SettingsOf<Plugin>::Type>(out);
    out.put('}');
    return out;
}

/// The text alone, in an object of exactly its size, as the section holds it.
template <std::size_t Bytes>
struct ManifestBytes {
    char text[Bytes];
};

template <std::size_t Bytes>
constexpr ManifestBytes<Bytes> shrink(const SchemaText& text) {
    ManifestBytes<Bytes> out{};
    for (std::size_t i = 0; i < Bytes; ++i)
        out.text[i] = text[i];
    return out;
}

#if defined(__clang__)
inline constexpr const char* kBuildInfo = "clang " __clang_version__;
#else
inline constexpr const char* kBuildInfo = "gcc " __VERSION__;
#endif

constexpr tradectl_plugin_entry_v0 entry(const PluginInfo& info,
                                         const void* (*get_factory)(const char*)) {
    return {TRADECTL_ENTRY_MAGIC,
            sizeof(tradectl_plugin_entry_v0),
            TRADECTL_ABI_MAJOR,
            TRADECTL_ABI_MINOR,
            info.min_host_minor,
            0,
            sizeof(void*),
            TRADECTL_ENDIAN_LITTLE,
            sizeof(tradectl_decimal),
            TRADECTL_EVENT_HEADER_BYTES,
            0,
            TRADECTL_ABI_HEADER_HASH,
            kBuildInfo,
            nullptr,
            nullptr,
            get_factory};
}
}  // namespace plugin_detail

}  // namespace tradectl

// The names are long because they stand in the plugin's own namespace.
#define TRADECTL_PLUGIN_DATA(Class, kind, factory_id, table, ...)                                 \
    namespace {                                                                                   \
    /* A function: gcc 12 cannot read a constant with defaulted array members while compiling. */ \
    constexpr ::tradectl::PluginInfo tradectl_plugin_info() {                                     \
        return {__VA_ARGS__};                                                                     \
    }                                                                                             \
    static_assert(::tradectl::plugin_detail::is_plugin_id(tradectl_plugin_info().id),             \
                  "a plugin id is lower case letters, digits and '-'");                           \
    constexpr std::size_t tradectl_manifest_bytes =                                               \
        ::tradectl::plugin_detail::manifest<Class>(kind, tradectl_plugin_info()).size();          \
    TRADECTL_MANIFEST_ATTRIBUTES constexpr auto tradectl_manifest_text =                          \
        ::tradectl::plugin_detail::shrink<tradectl_manifest_bytes>(                               \
            ::tradectl::plugin_detail::manifest<Class>(kind, tradectl_plugin_info()));            \
    const void* tradectl_get_factory(const char* id) {                                            \
        return std::string_view{id} == factory_id ? table : nullptr;                              \
    }                                                                                             \
    }                                                                                             \
    extern "C" {                                                                                  \
    /* gcc wants one attribute here, clang the other below: TRADECTL_EXPORT in two halves. */     \
    extern const tradectl_plugin_entry_v0 tradectl_plugin_entry                                   \
        __attribute__((visibility("default")));                                                   \
    __attribute__((used)) constinit const tradectl_plugin_entry_v0 tradectl_plugin_entry =        \
        ::tradectl::plugin_detail::entry(tradectl_plugin_info(), &tradectl_get_factory);          \
    }                                                                                             \
    static_assert(true)

/// The arguments behind the class are designated members of PluginInfo.
#define TRADECTL_STRATEGY_PLUGIN(Class, ...)               \
    TRADECTL_PLUGIN_DATA(Class,                            \
                         "strategy",                       \
                         TRADECTL_FACTORY_STRATEGY,        \
                         &::tradectl::kStrategyApi<Class>, \
                         __VA_ARGS__)

#define TRADECTL_EXCHANGE_PLUGIN(Class, ...)               \
    TRADECTL_PLUGIN_DATA(Class,                            \
                         "exchange",                       \
                         TRADECTL_FACTORY_EXCHANGE,        \
                         &::tradectl::kExchangeApi<Class>, \
                         __VA_ARGS__)
