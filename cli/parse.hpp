/// The command line against the tree of commands.
#pragma once

#include "cli/command.hpp"

#include <tradectl/expected.hpp>

#include <string>
#include <vector>

namespace tradectl::cli {

enum class Wanted { Run, Help, Version };

struct Parsed {
    Wanted wanted = Wanted::Run;
    std::vector<const Command*> path;  ///< from the root to the command
};

/// Fills the targets of the options. Usage errors have one clear line and a hint.
[[nodiscard]] Expected<Parsed> parse(const Command& root,
                                     const std::vector<Option>& globals,
                                     const std::vector<std::string>& arguments);

/// "tradectl config check".
[[nodiscard]] std::string words_of(const std::vector<const Command*>& path);

}  // namespace tradectl::cli
