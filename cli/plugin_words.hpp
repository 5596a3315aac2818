/// What the plugin commands have in common: how files are named and found, and the lock in force.
#pragma once

#include "cli/command.hpp"
#include "host/plugin/find.hpp"
#include "host/plugin/inventory.hpp"
#include "host/plugin/trust.hpp"

#include <string>
#include <vector>

namespace tradectl::cli {

struct PluginWords {
    std::vector<std::string> files;  ///< --plugin
    std::string lock;                ///< --lock
    std::string name;
};

/// The configuration's part of it, when one was named: plugins.paths and plugins.lock.
struct PluginPlaces {
    plugin::SearchPath search;
    std::string lock_path;  ///< absolute; empty when nothing says where it would be
};
[[nodiscard]] Expected<PluginPlaces> plugin_places(const PluginWords& words, Context& context);

/// A NAME as a config says it, or a FILE: a word with a slash. Config when there is none.
[[nodiscard]] Expected<plugin::Candidate> candidate_of(const std::string& name,
                                                       const plugin::SearchPath& search);

/// What the lock says of a file.
[[nodiscard]] plugin::TrustVerdict verdict_on(const plugin::LockFile& lock,
                                              const plugin::InventoryItem& item);

/// "0.2", or "-" for a file that has none.
[[nodiscard]] std::string abi_text(const plugin::InventoryItem& item);
/// Name, id, kind, version, digest and the like, one line each; what is empty is left out.
[[nodiscard]] std::string plugin_head(const plugin::InventoryItem& item);

/// `register_plugin`'s other half: trust, verify, untrust.
void add_trust_commands(Command& group);

}  // namespace tradectl::cli
