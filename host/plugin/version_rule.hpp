/// Which plugin may load into which host: one message for each cause.
#pragma once

#include "host/plugin/manifest.hpp"

#include <optional>

namespace tradectl::plugin {

/// What this host was built with.
[[nodiscard]] EntryHeader host_entry();

/// Says whether a plugin with that header loads into a host with that one. Config: not a tradectl
/// plugin; a field of the fingerprint differs (field, host value, plugin value); another major;
/// another minor while the major is 0; needs a newer host. `path` stands in front of the message.
[[nodiscard]] Status check_version(const EntryHeader& plugin,
                                   const EntryHeader& host,
                                   const std::string& path);

/// The warning for a plugin of the same version that was built from other headers.
[[nodiscard]] std::optional<std::string> version_warning(const EntryHeader& plugin,
                                                         const EntryHeader& host,
                                                         const std::string& path);

}  // namespace tradectl::plugin
