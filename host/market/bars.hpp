/// Bars (open, high, low, close, volume) from trades or quotes, and larger bars from smaller ones.
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

/// Which end of an interval belongs to it.
enum class BarClosed : std::uint8_t {
    Left,   ///< [start, end)
    Right,  ///< (start, end]
};

/// What a bar's prices are.
enum class BarPrice : std::uint8_t { Last, Bid, Ask, Mid };

/// How bars are built.
struct BarRule {
    BarPrice price = BarPrice::Last;  ///< Last: of trades, else of quotes
    BarClosed closed = BarClosed::Left;
    BarGap gap = BarGap::Skip;
};

struct BarOptions {
    std::int64_t interval_ns = kNsPerMinute;  ///< 1 ms to 366 days
    BarRule rule;
    /// Longest run of Flat bars between two trades. Of a longer gap nothing is filled, unless
    /// `advance` filled its beginning.
    std::uint32_t flat_bars_max = 10'000;
};

/// Start of the interval that holds `time`. Intervals are counted from the Unix epoch (so hours
/// and days are UTC's, and weeks begin on Thursdays) and hold [start, start + interval).
[[nodiscard]] Timestamp bar_start(Timestamp time, std::int64_t interval_ns);

/// Streams the bars of one instrument. A bar is emitted when something of a later interval is seen,
/// or a smaller bar that ends where it ends; its event time is its end. [engine]
class BarBuilder {
  public:
    /// InvalidArgument when the interval is out of range.
    static Expected<BarBuilder> create(tradectl_instrument_handle instrument, BarOptions options);

    /// Adds a trade (of no effect unless the price is Last), appending to `out` the bars of earlier
    /// intervals. InvalidArgument, with nothing changed, when it is older than the open interval or
    /// has no price or quantity; Overflow when the volume leaves the range.
    Status add(const tradectl_trade_event& trade, EventBuffer& out);
    /// Adds a quote: its bid, ask or their mean (half-even at the 18th decimal), with volume 0 and
    /// not counted as a trade. Of no effect when the price is Last or the quote does not have it.
    /// Errors as for a trade.
    Status add(const tradectl_quote_event& quote, EventBuffer& out);
    /// Adds a smaller bar, whose interval must divide this one's, whatever the price is. Errors as
    /// for a trade.
    Status add(const tradectl_bar_event& bar, EventBuffer& out);
    /// Appends the bars that end at or before `now`, for a timer where no trade comes. When the
    /// right end belongs to an interval, call it after the last event of that instant.
    void advance(Timestamp now, EventBuffer& out);
    /// End of the interval whose bar `advance` gives next; none while there is nothing to give.
    [[nodiscard]] Timestamp next_end() const;
    /// Appends the open bar as it stands, unless it is empty: the end of the data.
    void finish(EventBuffer& out);

    /// The open interval's bar so far; null when nothing traded in it.
    [[nodiscard]] const tradectl_bar_event* current() const { return open_ ? &bar_ : nullptr; }

  private:
    BarBuilder(tradectl_instrument_handle instrument, BarOptions options);
    [[nodiscard]] Timestamp interval_of(Timestamp time) const;
    Status take_price(tradectl_event header,
                      const tradectl_decimal& price,
                      const tradectl_decimal& volume,
                      std::uint64_t trade_count,
                      EventBuffer& out);
    Status take(Timestamp start, const tradectl_bar_event& part, EventBuffer& out);
    void emit(EventBuffer& out);
    void emit_flat_until(Timestamp start, EventBuffer& out);

    BarOptions options_;
    tradectl_bar_event bar_{};
    Timestamp start_ = Timestamp::none();  ///< of the open interval, or of the next one due
    std::uint32_t flat_bars_ = 0;          ///< in a row until now
    bool open_ = false;
};

}  // namespace tradectl::market
