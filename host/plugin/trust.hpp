/// Whether a plugin file is the one that was trusted.
#pragma once

#include "host/plugin/manifest.hpp"
#include "host/plugin/plugin_lock_file.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace tradectl::plugin {

enum class Trust : std::uint8_t {
    Trusted,
    NotLocked,
    Changed,     ///< another file than the one that was trusted
    AsksForMore  ///< a capability that the lock does not give
};
/// "trusted", "not locked", "changed", "asks for more".
[[nodiscard]] std::string_view to_string(Trust trust);

/// A plugin file as it was found.
struct FoundPlugin {
    std::string name;  ///< as a config calls it: a name or a path
    std::string path;
    std::string sha256;                  ///< hexadecimal
    const Manifest* manifest = nullptr;  ///< null: not known, and only the digest is compared
};

struct TrustVerdict {
    Trust trust = Trust::NotLocked;
    /// One line for people, with both digests when they differ, and what to do; empty when it is
    /// trusted.
    std::string message;
    const TrustedPlugin* entry = nullptr;  ///< in the lock; null when there is none
};

/// Holds a file against the lock: against the entry of the config's name for it, and when there is
/// none, that of its manifest's id. [any]
[[nodiscard]] TrustVerdict check_trust(const LockFile& lock, const FoundPlugin& found);

/// A config's name for a plugin, of a path its file name without ".so".
[[nodiscard]] std::string lock_name(std::string_view name);

/// What the lock says once this plugin is trusted, under `name`. Config, naming the member, when
/// `name` or what the plugin says of itself cannot stand in a lock or be shown on a terminal.
[[nodiscard]] Expected<TrustedPlugin> trusted_entry(const std::string& name,
                                                    const Manifest& manifest,
                                                    const std::string& sha256,
                                                    Timestamp now);

}  // namespace tradectl::plugin
