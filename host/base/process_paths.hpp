/// Where this process keeps things: XDG base directories, or what systemd hands to a service.
#pragma once

#include <tradectl/expected.hpp>

#include <functional>
#include <string>

namespace tradectl {

/// Looks up an environment variable; null when it is not set.
using Environment = std::function<const char*(const char* name)>;
/// The process's own environment.
[[nodiscard]] const char* process_environment(const char* name);

/// `$STATE_DIRECTORY` (its first entry), else `$XDG_STATE_HOME/tradectl`, else
/// `$HOME/.local/state/tradectl`. XDG values that are not absolute are ignored, as that
/// specification says. NotFound when no variable helps.
[[nodiscard]] Expected<std::string> state_directory(const Environment& env = process_environment);
/// `$XDG_DATA_HOME/tradectl`, else `$HOME/.local/share/tradectl`.
[[nodiscard]] Expected<std::string> data_directory(const Environment& env = process_environment);
/// `$CONFIGURATION_DIRECTORY`, else `$XDG_CONFIG_HOME/tradectl`, else `$HOME/.config/tradectl`.
[[nodiscard]] Expected<std::string> config_directory(const Environment& env = process_environment);

/// Absolute path of the running program, links resolved.
[[nodiscard]] Expected<std::string> executable_path();

}  // namespace tradectl
