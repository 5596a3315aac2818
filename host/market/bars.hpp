/// Bars (open, high, low, close, volume) from trades, and larger bars from smaller ones.
#pragma once

#include "host/base/event_buffer.hpp"

#include <tradectl/abi/events.h>
#include <tradectl/decimal.hpp>
#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <cstdint>

namespace tradectl::market {

/// What becomes of an interval without a trade.
enum class BarGap : std::uint8_t {
    Skip,  ///< no bar
    Flat,  ///< a bar at the last close, volume 0, trade count 0
};

struct BarOptions {
    std::int64_t interval_ns = kNsPerMinute;  ///< 1 ms to 366 days
    BarGap gap = BarGap::Skip;
    /// Longest run of Flat bars between two trades; a longer gap gives no bar at all.
    std::uint32_t flat_bars_max = 10'000;
};

/// Start of the interval that holds `time`. Intervals are counted from the Unix epoch (so hours
/// and days are UTC's, and weeks begin on Thursdays) and hold [start, start + interval).
[[nodiscard]] Timestamp bar_start(Timestamp time, std::int64_t interval_ns);

/// Streams the bars of one instrument. A bar is emitted when something at or after its end is
/// seen; its event time is its end. [engine]
class BarBuilder {
  public:
    /// InvalidArgument when the interval is out of range.
    static Expected<BarBuilder> create(tradectl_instrument_handle instrument, BarOptions options);

    /// Adds a trade, appending to `out` the bars that end at or before it. InvalidArgument, with
    /// nothing changed, when it is older than the open interval or has no price or quantity;
    /// Overflow when the volume leaves the range.
    Status add(const tradectl_trade_event& trade, EventBuffer& out);
    /// Adds a smaller bar, whose interval must divide this one's. Errors as for a trade.
    Status add(const tradectl_bar_event& bar, EventBuffer& out);
    /// Appends the bars that end at or before `now`, for a timer where no trade comes.
    void advance(Timestamp now, EventBuffer& out);
    /// Appends the open bar as it stands, unless it is empty: the end of the data.
    void finish(EventBuffer& out);

    /// The open interval's bar so far; null when nothing traded in it.
    [[nodiscard]] const tradectl_bar_event* current() const { return open_ ? &bar_ : nullptr; }

  private:
    BarBuilder(tradectl_instrument_handle instrument, BarOptions options);
    Status take(Timestamp start, const tradectl_bar_event& part, EventBuffer& out);
    void emit(EventBuffer& out);
    void emit_flat_until(Timestamp start, EventBuffer& out);

    BarOptions options_;
    tradectl_bar_event bar_{};
    Timestamp start_ = Timestamp::none();  ///< of the open interval, or of the next one due
    bool open_ = false;
};

}  // namespace tradectl::market
