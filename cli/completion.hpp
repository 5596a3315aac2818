/// Completion scripts of shells, written from the tree of commands.
#pragma once

#include "cli/command.hpp"

#include <string>

namespace tradectl::cli {

enum class Shell { Bash, Zsh, Fish };

[[nodiscard]] std::string completion_script(Shell shell,
                                            const Command& root,
                                            const std::vector<Option>& globals);

}  // namespace tradectl::cli
