#include "cli/exit_code.hpp"

#include <array>

namespace tradectl::cli {
namespace {

constexpr std::array<ExitCodeHelp, 14> kExitCodes{{
    {ExitCode::Ok, "done; for checks: consistent"},
    {ExitCode::Failed, "failed, unclassified"},
    {ExitCode::BadAnswer, "the command worked and the answer is bad"},
    {ExitCode::CannotTell, "cannot tell: evidence is missing for part of the scope"},
    {ExitCode::Usage, "usage error"},
    {ExitCode::Data, "data corrupt, ours or given"},
    {ExitCode::Unavailable, "venue unavailable, nothing decided"},
    {ExitCode::Internal, "internal error, plugin crash or a faulted instance"},
    {ExitCode::Io, "input or output error, process stopped itself"},
    {ExitCode::Locked, "another instance holds the lock"},
    {ExitCode::Permission, "credentials or state directory missing, refused or not permitted"},
    {ExitCode::Config, "configuration, manifest or plugin invalid"},
    {ExitCode::Interrupted, "interrupted before finishing"},
    {ExitCode::Terminated, "terminated before finishing"},
}};

struct ErrorRow {
    ErrorCode error;
    std::string_view name;
    ExitCode exit_code;
};
constexpr std::array<ErrorRow, 23> kErrors{{
    {ErrorCode::InvalidArgument, "invalid_argument", ExitCode::Usage},
    {ErrorCode::NotFound, "not_found", ExitCode::Permission},
    {ErrorCode::Denied, "denied", ExitCode::BadAnswer},
    {ErrorCode::Unavailable, "unavailable", ExitCode::Unavailable},
    {ErrorCode::OutcomeUnknown, "outcome_unknown", ExitCode::CannotTell},
    {ErrorCode::Corrupt, "corrupt", ExitCode::Data},
    {ErrorCode::Io, "io", ExitCode::Io},
    {ErrorCode::Unsupported, "unsupported", ExitCode::Config},
    {ErrorCode::WrongThread, "wrong_thread", ExitCode::Internal},
    {ErrorCode::Quota, "quota", ExitCode::Failed},
    {ErrorCode::Overflow, "overflow", ExitCode::Failed},
    {ErrorCode::BadState, "bad_state", ExitCode::Failed},
    {ErrorCode::Internal, "internal", ExitCode::Internal},
    {ErrorCode::RateLimited, "rate_limited", ExitCode::Unavailable},
    {ErrorCode::Authentication, "authentication", ExitCode::Permission},
    {ErrorCode::Rejected, "rejected", ExitCode::BadAnswer},
    {ErrorCode::Maintenance, "maintenance", ExitCode::Unavailable},
    {ErrorCode::Usage, "usage", ExitCode::Usage},
    {ErrorCode::Config, "config", ExitCode::Config},
    {ErrorCode::Locked, "locked", ExitCode::Locked},
    {ErrorCode::Permission, "permission", ExitCode::Permission},
    {ErrorCode::NoSpace, "no_space", ExitCode::Io},
    {ErrorCode::Unresolved, "unresolved", ExitCode::CannotTell},
}};

}  // namespace

std::span<const ExitCodeHelp> exit_codes() {
    return kExitCodes;
}

ExitCode exit_code_of(ErrorCode code) {
    for (const ErrorRow& row : kErrors) {
        if (row.error == code) return row.exit_code;
    }
    return ExitCode::Failed;
}

std::string_view name_of(ErrorCode code) {
    for (const ErrorRow& row : kErrors) {
        if (row.error == code) return row.name;
    }
    return "unknown";
}

}  // namespace tradectl::cli
