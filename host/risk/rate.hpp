/// How many orders may leave in a time: token buckets and the schedule of what waits for one.
#pragma once

#include <tradectl/timestamp.hpp>

#include <cstdint>
#include <optional>

namespace tradectl::risk {

/// A limit on orders of one strategy or one venue. 0 is off.
struct RateLimit {
    std::uint32_t per_second = 0;  ///< orders a second, long run
    std::uint32_t burst = 0;       ///< orders at once; 0: as `per_second`
    std::uint32_t per_day = 0;     ///< orders a UTC day
};

/// What was used so far. A plain value: it may be stored and shared between processes.
///
/// A new state starts with a full bucket at the first time it sees. Time that goes backwards
/// neither refills nor takes anything back.
struct RateState {
    Timestamp refilled = Timestamp::none();  ///< when `nano_tokens` was true
    std::int64_t nano_tokens = 0;            ///< 10^9 is one order
    std::int64_t day = 0;                    ///< UTC days since the epoch
    std::uint32_t orders_today = 0;
};

/// The state as it stands at `now`: bucket refilled, day turned. Changes nothing else.
[[nodiscard]] RateState advance(const RateState& state, const RateLimit& limit, Timestamp now);
/// Whole orders that the bucket holds; ask an advanced state.
[[nodiscard]] std::int64_t available(const RateState& state);
/// The state after one order at `now`. An order beyond the limit (an exit) leaves the bucket empty,
/// never in debt, and still counts for the day.
[[nodiscard]] RateState take(const RateState& state, const RateLimit& limit, Timestamp now);

inline constexpr std::uint32_t kRetriesMax = 3;

/// When an order that met an empty bucket is tried again: 1, 2, then 4 s after the refusal at
/// `now`, by `retries_made` so far. Nothing when all retries are used or the time would pass
/// `deadline`: it is denied then, on record.
[[nodiscard]] std::optional<Timestamp> next_retry(std::uint32_t retries_made,
                                                  Timestamp now,
                                                  Timestamp deadline);

}  // namespace tradectl::risk
