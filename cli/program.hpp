/// From argv to an exit status.
#pragma once

#include "cli/command.hpp"

#include <string>
#include <vector>

namespace tradectl::cli {

/// Parses, runs the command, prints its answer and returns the exit status.
[[nodiscard]] int run_program(const Command& root, Globals& globals, int argc, char** argv);

}  // namespace tradectl::cli
