/// What commands share that ask a running instance.
#pragma once

#include "cli/command.hpp"
#include "host/config/load.hpp"
#include "host/engine/state_dir.hpp"

#include <tradectl/expected.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace tradectl::cli {

/// A configuration, and where its instance lives.
struct Target {
    config::Document document;
    engine::StatePaths paths;
};
/// Errors of the configuration, NotFound without a state directory.
[[nodiscard]] Expected<Target> target_of(Context& context);

/// The answer of the instance that runs. Unavailable when none does; Locked when something holds
/// the state directory and cannot be asked; else what it says.
[[nodiscard]] Expected<Json> ask_instance(const Target& target,
                                          std::string_view command,
                                          const Json& body,
                                          std::int64_t timeout_ns);

}  // namespace tradectl::cli
