/// What the gate may know of how trading went so far.
#pragma once

#include "host/risk/breaker.hpp"

#include <tradectl/decimal.hpp>

#include <cstdint>
#include <vector>

namespace tradectl::risk {

/// Limits of the loss group; they bind entries, never exits. A null decimal and a 0 are "off".
struct LossLimits {
    Decimal daily_loss_max = Decimal::null();        ///< of the strategy, quote
    Decimal daily_loss_total_max = Decimal::null();  ///< of all strategies, quote
    Decimal drawdown_max = Decimal::null();          ///< fraction of the peak of equity
    std::uint32_t losses_max = 0;                    ///< losing round trips in a row
    Decimal reject_rate_max = Decimal::null();       ///< fraction of `reject_window` orders
    std::uint32_t reject_window = 0;                 ///< orders
    std::uint32_t unresolved_max = 0;                ///< orders of unknown outcome, all strategies
    std::int64_t stream_stale_ns_max = 0;            ///< silence of the instrument's market data
};

/// Figures as of now. Null decimals are "not known".
struct LossView {
    Decimal daily_loss = Decimal::null();  ///< since 00:00 UTC; negative is a gain
    Decimal daily_loss_total = Decimal::null();
    Decimal drawdown = Decimal::null();  ///< (peak - equity) / peak, rounded away from zero
    std::uint32_t losses = 0;            ///< losing round trips in a row so far
    Decimal reject_rate = Decimal::null();
    std::uint32_t unresolved = 0;
};

/// (peak - now) / peak, rounded away from zero. Null when either is, or when the peak is not above
/// zero.
[[nodiscard]] Decimal drawdown_of(Decimal peak, Decimal now);

/// A figure beyond its limit, and the breaker that it opens.
struct LossTrip {
    enum class Scope : std::uint8_t { Strategy, All };
    Scope scope{};
    Trip why{};
    std::uint16_t reason = 0;  ///< TRADECTL_REASON_...
    Decimal value;
    Decimal limit;
};

/// What the figures trip: losses, drawdown and unresolved orders until an operator resets it,
/// rejects until an order goes well. A figure that is not known denies, but trips nothing.
[[nodiscard]] std::vector<LossTrip> trips_of(const LossLimits& limits, const LossView& view);

}  // namespace tradectl::risk
