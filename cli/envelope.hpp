/// The one document that --json prints.
#pragma once

#include "cli/command.hpp"

#include <tradectl/timestamp.hpp>

#include <string>
#include <vector>

namespace tradectl::cli {

/// {"code", "message"} of an error.
[[nodiscard]] Json error_object(const Error& error);

struct EnvelopeParts {
    std::string command;  ///< "config check"
    Timestamp started_at;
    Timestamp finished_at;
    std::vector<std::string> warnings;
};
/// {"schema", "command", "ok", "exit_code", "started_at", "finished_at", "data", "errors",
/// "warnings"}; `ok` is exit status 0. Fields are only ever added.
[[nodiscard]] Json envelope(const Answer& answer, const EnvelopeParts& parts);

}  // namespace tradectl::cli
