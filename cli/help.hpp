/// Help texts.
#pragma once

#include "cli/command.hpp"

#include <string>
#include <vector>

namespace tradectl::cli {

/// One screen about a command; ends with an example.
[[nodiscard]] std::string help_text(const std::vector<const Command*>& path,
                                    const std::vector<Option>& globals);

/// The table of exit statuses.
[[nodiscard]] std::string exit_codes_text();

/// The tree with all options: {name, summary, options, positionals, commands}.
[[nodiscard]] Json describe(const Command& command, const std::vector<Option>& globals);

}  // namespace tradectl::cli
