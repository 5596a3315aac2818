/// What is wrong with a file of market data that somebody named.
#pragma once

#include <tradectl/expected.hpp>

#include <utility>

namespace tradectl::market {

/// The error of opening it, to be read or to be written: Io when it, or its folder, is not there or
/// is no file; any other as it is. So a data file that is missing never looks like a missing state
/// directory or credential.
[[nodiscard]] inline Unexpected file_failure(Error error) {
    if (error.code == ErrorCode::NotFound || error.code == ErrorCode::BadState)
        error.code = ErrorCode::Io;
    return fail(std::move(error));
}

}  // namespace tradectl::market
