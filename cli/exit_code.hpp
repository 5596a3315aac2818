/// Exit statuses: a contract, the same for every command. tradectl(1) repeats the table.
#pragma once

#include <tradectl/expected.hpp>

#include <span>
#include <string_view>

namespace tradectl::cli {

enum class ExitCode : int {
    Ok = 0,
    Failed = 1,
    BadAnswer = 2,   ///< the command worked and the answer is bad
    CannotTell = 3,  ///< evidence is missing for part of the scope
    Usage = 64,
    Data = 65,
    Unavailable = 69,
    Internal = 70,
    Io = 74,
    Locked = 75,
    Permission = 77,
    Config = 78,
    Interrupted = 130,
    Terminated = 143,
};

struct ExitCodeHelp {
    ExitCode code;
    std::string_view meaning;
};
/// All statuses with one line each, in order.
[[nodiscard]] std::span<const ExitCodeHelp> exit_codes();

/// The status of a command that ends with that error.
[[nodiscard]] ExitCode exit_code_of(ErrorCode code);

}  // namespace tradectl::cli
