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
    ExitCode exit_code;
};
constexpr std::array<ErrorRow, 23> kErrors{{
    {ErrorCode::InvalidArgument, ExitCode::Usage},
    {ErrorCode::NotFound, ExitCode::Permission},
    {ErrorCode::Denied, ExitCode::BadAnswer},
    {ErrorCode::Unavailable, ExitCode::Unavailable},
    {ErrorCode::OutcomeUnknown, ExitCode::CannotTell},
    {ErrorCode::Corrupt, ExitCode::Data},
    {ErrorCode::Io, ExitCode::Io},
    {ErrorCode::Unsupported, ExitCode::Config},
    {ErrorCode::WrongThread, ExitCode::Internal},
    {ErrorCode::Quota, ExitCode::Failed},
    {ErrorCode::Overflow, ExitCode::Failed},
    {ErrorCode::BadState, ExitCode::Failed},
    {ErrorCode::Internal, ExitCode::Internal},
    {ErrorCode::RateLimited, ExitCode::Unavailable},
    {ErrorCode::Authentication, ExitCode::Permission},
    {ErrorCode::Rejected, ExitCode::BadAnswer},
    {ErrorCode::Maintenance, ExitCode::Unavailable},
    {ErrorCode::Usage, ExitCode::Usage},
    {ErrorCode::Config, ExitCode::Config},
    {ErrorCode::Locked, ExitCode::Locked},
    {ErrorCode::Permission, ExitCode::Permission},
    {ErrorCode::NoSpace, ExitCode::Io},
    {ErrorCode::Unresolved, ExitCode::CannotTell},
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

}  // namespace tradectl::cli
