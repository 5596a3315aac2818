/// What the venue refuses on sight: pure checks of an order's terms.
#pragma once

#include "types.hpp"

#include <string>
#include <string_view>

namespace tradectl::paper {

/// Why an order was refused; `reason` is TRADECTL_REASON_NONE when it was not.
struct Refusal {
    Reason reason = TRADECTL_REASON_NONE;
    std::string text;  ///< what, value and limit
    [[nodiscard]] explicit operator bool() const { return reason != TRADECTL_REASON_NONE; }
};

/// Whether an id can be a key of the store and a word of its records: printable ASCII, no blanks.
[[nodiscard]] bool is_valid_id(std::string_view client_order_id);

/// Checks fields against each other and against the instrument's grid and limits. `last_price` is
/// used for the least notional of a market order, unless null.
[[nodiscard]] Refusal check_terms(const OrderTerms& terms,
                                  const Listing& listing,
                                  Decimal last_price,
                                  Timestamp now);

}  // namespace tradectl::paper
