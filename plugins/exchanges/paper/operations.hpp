/// What the host asks for, in the venue's words.
#pragma once

#include "directory.hpp"
#include "types.hpp"

#include <tradectl/expected.hpp>
#include <tradectl/requests.hpp>

#include <string>

namespace tradectl::paper {

/// By what the venue will know the operation: the id of the order that it makes, or of the order
/// that it cancels. InvalidArgument, Unsupported.
[[nodiscard]] Expected<std::string> identity_of(const Operation& operation);

/// The request as it travels: one line, the same for the same operation. Also all that is needed to
/// build it again.
[[nodiscard]] std::string request_text(const Operation& operation, const Directory& directory);

/// Unknown handles become `kNoIndex`, which the venue refuses.
[[nodiscard]] OrderTerms terms_of(const Operation& operation, const Directory& directory);

}  // namespace tradectl::paper
