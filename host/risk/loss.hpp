/// What the gate may know of how trading went so far.
#pragma once

#include <tradectl/decimal.hpp>

#include <cstdint>

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

/// (peak - now) / peak, rounded away from zero. Null when either is, or when the peak is not above zero.
[[nodiscard]] Decimal drawdown_of(Decimal peak, Decimal now);

}  // namespace tradectl::risk
