/// A program that is told something on its standard input, or asked for what it writes.
#pragma once

#include <tradectl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace tradectl {

struct CommandRun {
    std::vector<std::string> words;  ///< the program by absolute path, and its arguments
    std::string input;
    std::int64_t timeout_ns = 0;
    std::vector<std::string> variables = {};  ///< names of variables that it gets beside PATH
    std::function<bool()> give_up = {};       ///< asked every 50 ms: true ends it
};

/// Starts it in a process group of its own, with PATH as its whole environment and nowhere to
/// write, and waits for its end. Unavailable when it ended with another status than 0 or was killed
/// because its time was up; NotFound or Permission when it could not be started. [any]
Status run_command(const CommandRun& run);

/// As `run_command`, and what it wrote on its standard output is put into `out`; the count is
/// returned. InvalidArgument when it wrote more. For a few KiB: nobody reads until it has ended.
/// The output passes through a pipe and no other memory of ours. [any]
Expected<std::size_t> read_from_command(const CommandRun& run, std::span<std::byte> out);

}  // namespace tradectl
