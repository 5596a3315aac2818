/// The parts of `compare`. For compare.cpp alone.
#pragma once

#include "host/recovery/compare.hpp"

namespace tradectl::recovery {

void compare_orders(const Case& what, Comparison& out);
void compare_fills(const Case& what, Comparison& out);
void compare_positions(const Case& what, Comparison& out);
void compare_balances(const Case& what, Comparison& out);

/// What the fills that one side alone knows would change of the order's filled quantity: theirs
/// less ours.
[[nodiscard]] Decimal unmatched_fills_of(const Case& what, const OrderFact& order);

/// Whether something of ours is older than all that answers for the venue can know.
[[nodiscard]] bool is_before_store(const Case& what, Timestamp ours);
/// "its own store is new (made ...)".
[[nodiscard]] std::string store_is_new(const Case& what);

/// What an answer is good for.
enum class Proof : std::uint8_t {
    Nothing,   ///< silent, or too old
    Presence,  ///< what it lists is there; what it does not list may be there too
    Both,
};
/// Judges an answer, and adds a gap unless it proves both.
Proof judge(const Case& what,
            const std::string& listing,
            const Coverage& coverage,
            Comparison& out);

[[nodiscard]] inline Decimal or_zero(Decimal value) {
    return value.is_null() ? Decimal() : value;
}
/// Ours, theirs, delta and tolerance in one go.
void set_amounts(Finding& finding, Decimal ours, Decimal theirs, Decimal tolerance);

}  // namespace tradectl::recovery
