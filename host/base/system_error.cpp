#include "host/base/system_error.hpp"

#include <cerrno>
#include <system_error>

namespace tradectl {
namespace {
ErrorCode code_of(int error_number) {
    switch (error_number) {
        case ENOSPC:
        case EDQUOT: return ErrorCode::NoSpace;
        case EACCES:
        case EPERM:
        case EROFS: return ErrorCode::Permission;
        case ENOENT:
        case ENOTDIR: return ErrorCode::NotFound;
        case EEXIST:
        case ENOTEMPTY:
        case EISDIR: return ErrorCode::BadState;
        default: return ErrorCode::Io;
    }
}
}  // namespace

Unexpected system_failure(int error_number, const std::string& path, std::string_view what) {
    std::string message = path;
    message.append(": ").append(what).append(": ");
    message += std::generic_category().message(error_number);
    return fail(code_of(error_number), std::move(message));
}

}  // namespace tradectl
