/// A program that is told something on its standard input.
#pragma once

#include <tradectl/expected.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace tradectl::ops {

struct CommandRun {
    std::vector<std::string> words;  ///< the program by absolute path, and its arguments
    std::string input;
    std::int64_t timeout_ns = 0;
    std::function<bool()> give_up = {};  ///< asked every 50 ms: true ends it
};

/// Starts it in a process group of its own, with PATH as its whole environment and nowhere to
/// write, and waits for its end. Unavailable when it ended with another status than 0 or was killed
/// because its time was up; NotFound or Permission when it could not be started. [any]
Status run_command(const CommandRun& run);

}  // namespace tradectl::ops
