/// Whether a record that a plugin handed over can be read at all.
#pragma once

#include <tradectl/abi/commands.h>
#include <tradectl/abi/events.h>

#include <cstdint>

namespace tradectl::plugin {

/// OK when `size` is a multiple of 8, covers the type's struct and is at most
/// TRADECTL_COMMAND_BYTES_MAX, batches and key-value pairs lie inside the record, texts fit their
/// arrays; INVALID_ARGUMENT when not; UNSUPPORTED for a type that this host does not know. Says
/// nothing of the values: that is the risk gate's. `command` is readable for its header and
/// then for `size`. [any]
[[nodiscard]] tradectl_status check_command(const tradectl_command& command);

/// Longest event record that a plugin may publish: a book of some ten thousand levels.
inline constexpr std::uint32_t kEventBytesMax = 1u << 20;

/// The same for an event record that an exchange publishes, up to kEventBytesMax.
[[nodiscard]] tradectl_status check_event(const tradectl_event& event);

}  // namespace tradectl::plugin
