/// Plays recorded bars as the quotes or trades that they may have been made of.
#pragma once

#include "host/market/source.hpp"

#include <tradectl/decimal.hpp>

#include <cstdint>
#include <memory>
#include <optional>

namespace tradectl::market {

/// What a bar becomes.
enum class BarPlay : std::uint8_t {
    Quotes,  ///< four quotes
    Trades,  ///< four trades, none for a bar without volume
};

/// The order of a bar's four prices.
enum class BarPath : std::uint8_t {
    FarFirst,          ///< open, low, high, close when it did not fall, else open, high, low, close
    OpenHighLowClose,  ///< always
    OpenLowHighClose,  ///< always
};

struct BarPathOptions {
    BarPlay play = BarPlay::Quotes;
    BarPath path = BarPath::FarFirst;
    /// Between two of the four, the last being at the bar's end; 0: a quarter of the interval.
    std::int64_t spacing_ns = 100 * kNsPerMillisecond;
    std::uint32_t spread_ticks = 0;  ///< of a quote: the price is in its middle (bid: half, down)
    Decimal tick;                    ///< of the instrument; above 0 when there is a spread
    /// Of each side of a quote or of each trade. Null: a quote's is not known (a book without
    /// limit), a trade's is a quarter of the bar's volume, rounded down at the 18th decimal.
    Decimal quantity = Decimal::null();
};

/// Wraps a source of bars; other events pass unchanged. Each of a bar's prices p becomes, at
/// its time, the quote p - floor(s/2) ticks, p + ceil(s/2) ticks with s = spread_ticks (a bid that
/// is not above 0 is null), or the trade p without an aggressor. [engine]
///
/// A call fails with InvalidArgument for a bar whose interval is not above 3 spacings, Corrupt
/// when the first time of a bar lies before the last of the one before it, Overflow.
class BarPathSource final : public Source {
  public:
    BarPathSource(std::unique_ptr<Source> bars, BarPathOptions options);
    ~BarPathSource() override;

    std::optional<Timestamp> next_time() override;
    Expected<std::size_t> read(Timestamp limit, std::size_t events_max, EventBuffer& out) override;

  private:
    bool refill();
    Status play(const tradectl_bar_event& bar);
    Status put(const tradectl_bar_event& bar, Timestamp time, Decimal price, Decimal quantity);

    std::unique_ptr<Source> bars_;
    BarPathOptions options_;
    EventBuffer ready_;           ///< of one bar
    std::size_t ready_at_ = 0;    ///< byte of the next of them
    std::uint64_t sequence_ = 0;  ///< events given out
    Timestamp last_ = Timestamp::none();
    std::optional<Error> failure_;
};

}  // namespace tradectl::market
