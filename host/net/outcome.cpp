#include "host/net/outcome.hpp"

#include <tradectl/expected.hpp>

namespace tradectl::net {

Outcome outcome_of_status(int status, Deed deed) {
    const Outcome unknown = deed == Deed::Acts ? Outcome::Ambiguous : Outcome::Retryable;
    switch (status) {
        case 401:
        case 403:
        case 407: return Outcome::Authentication;
        case 408: return unknown;  // the peer gave up on a request that it may have had whole
        case 425: return Outcome::Maintenance;
        case 429: return Outcome::RateLimited;
        case 503: return Outcome::Maintenance;
        default: break;
    }
    if (status >= 200 && status < 400) return Outcome::Answered;
    if (status >= 400 && status < 500) return Outcome::Rejected;
    return unknown;
}

Outcome outcome_of_error(ErrorCode code) {
    switch (code) {
        case ErrorCode::Unavailable: return Outcome::Retryable;
        case ErrorCode::RateLimited: return Outcome::RateLimited;
        case ErrorCode::Authentication: return Outcome::Authentication;
        case ErrorCode::Maintenance: return Outcome::Maintenance;
        case ErrorCode::OutcomeUnknown: return Outcome::Ambiguous;
        case ErrorCode::InvalidArgument:
        case ErrorCode::Permission:
        case ErrorCode::Quota:
        case ErrorCode::Rejected: return Outcome::Rejected;
        default: return Outcome::Ambiguous;
    }
}

ErrorCode code_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::Retryable: return ErrorCode::Unavailable;
        case Outcome::Rejected: return ErrorCode::Rejected;
        case Outcome::RateLimited: return ErrorCode::RateLimited;
        case Outcome::Authentication: return ErrorCode::Authentication;
        case Outcome::Maintenance: return ErrorCode::Maintenance;
        case Outcome::Answered:
        case Outcome::Ambiguous: break;
    }
    return ErrorCode::OutcomeUnknown;
}

}  // namespace tradectl::net
