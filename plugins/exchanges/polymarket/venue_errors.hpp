/// What an answer of the venue means for a request that acts.
#pragma once

#include <tradectl/enums.hpp>
#include <tradectl/expected.hpp>

#include <cstdint>
#include <string_view>

namespace tradectl::polymarket {

struct Refused {
    ErrorCode code = ErrorCode::Rejected;
    Reason reason = 0;
    bool version_mismatch = false;  ///< the order was built in another version than the market's
};

/// By the fixed part of the venue's text, for an order that was not placed. OutcomeUnknown when the
/// text says that the venue has the order already.
[[nodiscard]] Refused refusal_of(std::string_view text);

/// Whether a text, where no status code goes with it, leaves open if the order was placed.
[[nodiscard]] bool is_unclear(std::string_view text);

/// By status code and text, for a request that acts. 4xx: nothing happened, but for a duplicate.
/// 425, 429 and 503 of a known mode: nothing happened either. Any other 5xx: nobody can say.
[[nodiscard]] Refused classify(std::uint32_t http_status, std::string_view text);

}  // namespace tradectl::polymarket
