#include "host/base/error_name.hpp"

#include <algorithm>
#include <array>

namespace tradectl {
namespace {

struct Row {
    ErrorCode code;
    std::string_view name;
};
constexpr std::array<Row, 23> kRows{{
    {ErrorCode::InvalidArgument, "invalid_argument"},
    {ErrorCode::NotFound, "not_found"},
    {ErrorCode::Denied, "denied"},
    {ErrorCode::Unavailable, "unavailable"},
    {ErrorCode::OutcomeUnknown, "outcome_unknown"},
    {ErrorCode::Corrupt, "corrupt"},
    {ErrorCode::Io, "io"},
    {ErrorCode::Unsupported, "unsupported"},
    {ErrorCode::WrongThread, "wrong_thread"},
    {ErrorCode::Quota, "quota"},
    {ErrorCode::Overflow, "overflow"},
    {ErrorCode::BadState, "bad_state"},
    {ErrorCode::Internal, "internal"},
    {ErrorCode::RateLimited, "rate_limited"},
    {ErrorCode::Authentication, "authentication"},
    {ErrorCode::Rejected, "rejected"},
    {ErrorCode::Maintenance, "maintenance"},
    {ErrorCode::Usage, "usage"},
    {ErrorCode::Config, "config"},
    {ErrorCode::Locked, "locked"},
    {ErrorCode::Permission, "permission"},
    {ErrorCode::NoSpace, "no_space"},
    {ErrorCode::Unresolved, "unresolved"},
}};

}  // namespace

std::string_view name_of(ErrorCode code) {
    const auto found = std::find_if(
        kRows.begin(), kRows.end(), [code](const Row& row) { return row.code == code; });
    return found == kRows.end() ? "unknown" : found->name;
}

std::optional<ErrorCode> error_code_of(std::string_view name) {
    const auto found = std::find_if(
        kRows.begin(), kRows.end(), [name](const Row& row) { return row.name == name; });
    if (found == kRows.end()) return std::nullopt;
    return found->code;
}

}  // namespace tradectl
