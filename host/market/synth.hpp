/// A made-up market: seeded, with regimes, and the same on every machine.
#pragma once

#include "host/base/random.hpp"
#include "host/market/source.hpp"

#include <tradectl/decimal.hpp>
#include <tradectl/expected.hpp>
#include <tradectl/timestamp.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace tradectl::market {

/// What the market is doing; it changes at random (SynthOptions weights).
enum class Regime : std::uint8_t {
    Trend,          ///< drifts one way
    MeanReversion,  ///< is pulled back to where the regime began
    Jump,           ///< one large move at once, then quiet
    Gap,            ///< trades nothing for a while and comes back elsewhere
};
inline constexpr std::size_t kRegimeCount = 4;

/// "trend", "mean_reversion", "jumps" or "gaps", as configuration writes them.
[[nodiscard]] std::optional<Regime> regime_of(std::string_view name);

/// Rates are parts per million (ppm) of the price. The defaults make a lively market.
struct SynthOptions {
    std::uint64_t seed = 1;
    Timestamp start{1'767'225'600 * kNsPerSecond};  ///< 2026-01-01T00:00:00Z
    std::uint64_t trades = 0;                       ///< how many to give; 0: no end
    Decimal price = Decimal::from_int(100);         ///< at the start, a multiple of `tick`
    Decimal tick = 0.01_d;                          ///< above 0, at most 1000000
    Decimal lot = 0.001_d;                          ///< above 0, at most 1000000
    Decimal quantity_mean = Decimal::from_int(1);   ///< of a trade, a multiple of `lot`
    std::int64_t interval_mean_ns = 100 * kNsPerMillisecond;  ///< 1000 ns to 1 day
    std::uint32_t spread_ticks = 1;                           ///< 1 to 1000000
    std::uint32_t volatility_ppm = 100;          ///< of a step, about one standard deviation
    std::uint32_t trend_ppm = 20;                ///< drift of a step in a trend
    std::uint32_t jump_ppm = 10'000;             ///< largest jump; like all rates, at most 100000
    std::int64_t gap_max_ns = 5 * kNsPerMinute;  ///< longest silence, 1000 ns to 366 days
    std::uint32_t regime_trades_min = 200;       ///< length of a regime, in trades, from 1
    std::uint32_t regime_trades_max = 2'000;
    /// How often each regime is chosen, in the order of Regime; 0 leaves it out, not all may be 0.
    std::array<std::uint32_t, kRegimeCount> weights = {4, 4, 1, 1};
    enum class Quotes : std::uint8_t { BeforeEachTrade, None } quotes = Quotes::BeforeEachTrade;
};

/// A feed without end (or with `trades` trades) that costs no memory. Prices are multiples of the
/// tick and never below it, quantities of the lot; a trade is at the bid or the ask of the quote
/// before it, and never larger than what that shows. Whole numbers only: the same seed gives the
/// same bytes everywhere.
class SynthSource final : public Source {
  public:
    /// InvalidArgument naming the option, its value and its bound.
    static Expected<std::unique_ptr<SynthSource>> create(const SynthOptions& options,
                                                         tradectl_instrument_handle instrument,
                                                         std::uint32_t source);

    std::optional<Timestamp> next_time() override;
    Expected<std::size_t> read(Timestamp limit, std::size_t events_max, EventBuffer& out) override;
    [[nodiscard]] Regime regime() const { return regime_; }

  private:
    SynthSource(const SynthOptions& options,
                tradectl_instrument_handle instrument,
                std::uint32_t source);
    [[nodiscard]] bool ended() const;
    void step();
    void change_regime();
    void move_price(std::int64_t fine);
    [[nodiscard]] std::int64_t share(std::uint32_t ppm) const;
    std::int64_t bell(std::int64_t deviation);
    std::int64_t lots();
    [[nodiscard]] std::int64_t bid_ticks() const;
    void emit_quote(EventBuffer& out);
    void emit_trade(EventBuffer& out);
    void stamp(tradectl_event& header);

    SynthOptions options_;
    SeededRandom random_;
    tradectl_instrument_handle instrument_;
    std::uint32_t source_;

    Regime regime_ = Regime::MeanReversion;
    std::uint64_t regime_trades_left_ = 0;
    std::int64_t bid_fine_ = 0;     ///< best bid in kFine-ths of a tick
    std::int64_t anchor_fine_ = 0;  ///< what mean reversion pulls to
    std::int64_t drift_sign_ = 1;

    Timestamp time_;  ///< of the trade due next, and of its quote
    std::int64_t quantity_lots_mean_ = 0;
    std::uint32_t aggressor_ = TRADECTL_SIDE_BUY;
    bool quote_due_ = false;
    std::uint64_t trades_given_ = 0;
    std::uint64_t sequence_ = 0;
};

}  // namespace tradectl::market
