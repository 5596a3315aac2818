#include "host/market/synth.hpp"

#include <algorithm>
#include <string>

namespace tradectl::market {
namespace {

/// A tick is divided so that moves below one add up.
constexpr std::int64_t kFine = 1024;
constexpr std::int64_t kTicksMax = std::int64_t{1} << 44;
constexpr std::int64_t kLotsMax = 1'000'000'000;
constexpr std::uint32_t kRateMax = 100'000;
/// The end of what Timestamp can write.
constexpr Timestamp kTimeMax{9'214'646'400 * kNsPerSecond};  // 2262-01-01T00:00:00Z

Unexpected refuse(const char* option, const std::string& value, const char* bound) {
    return fail(ErrorCode::InvalidArgument,
                "synth: " + std::string(option) + " is " + value + ", must be " + bound);
}

Status check_range(const char* option,
                   std::int64_t value,
                   std::int64_t low,
                   std::int64_t high,
                   const char* bound) {
    if (value >= low && value <= high) return {};
    return refuse(option, std::to_string(value), bound);
}

Status check_decimals(const SynthOptions& options) {
    const Decimal step_max = Decimal::from_int(1'000'000);
    if (!options.tick.is_positive() || options.tick > step_max)
        return refuse("tick", options.tick.to_string(), "above 0 and at most 1000000");
    if (!options.lot.is_positive() || options.lot > step_max)
        return refuse("lot", options.lot.to_string(), "above 0 and at most 1000000");
    if (!options.price.is_positive() || !options.price.is_multiple_of(options.tick) ||
        options.price.raw() / options.tick.raw() > kTicksMax)
        return refuse(
            "price", options.price.to_string(), "a multiple of the tick, 1 to 2^44 ticks");
    if (!options.quantity_mean.is_positive() ||
        !options.quantity_mean.is_multiple_of(options.lot) ||
        options.quantity_mean.raw() / options.lot.raw() > kLotsMax)
        return refuse("quantity_mean",
                      options.quantity_mean.to_string(),
                      "a multiple of the lot, 1 to 1000000000 lots");
    return {};
}

Status check_options(const SynthOptions& options) {
    if (auto status = check_decimals(options); !status) return status;
    struct Bounded {
        const char* option;
        std::int64_t value;
        std::int64_t low;
        std::int64_t high;
        const char* bound;
    };
    const Bounded all[] = {
        {"interval_mean_ns", options.interval_mean_ns, 1000, kNsPerDay, "1000 ns to 1 day"},
        {"gap_max_ns", options.gap_max_ns, 1000, 366 * kNsPerDay, "1000 ns to 366 days"},
        {"spread_ticks", options.spread_ticks, 1, 1'000'000, "1 to 1000000"},
        {"volatility_ppm", options.volatility_ppm, 0, kRateMax, "at most 100000"},
        {"trend_ppm", options.trend_ppm, 0, kRateMax, "at most 100000"},
        {"jump_ppm", options.jump_ppm, 0, kRateMax, "at most 100000"},
        {"regime_trades_min",
         options.regime_trades_min,
         1,
         options.regime_trades_max,
         "1 to regime_trades_max"},
        {"start", options.start.ns(), 0, kTimeMax.ns(), "1970 to 2261"},
    };
    for (const Bounded& one : all)
        if (auto status = check_range(one.option, one.value, one.low, one.high, one.bound); !status)
            return status;
    const auto& weights = options.weights;
    if (std::all_of(weights.begin(), weights.end(), [](std::uint32_t w) { return w == 0; }))
        return refuse("weights", "0 for every regime", "above 0 for one at least");
    return {};
}

tradectl_decimal steps(Decimal step, std::int64_t count) {
    // Bounded by the checks: 1e6 * 2^45 is far inside the range.
    return Decimal::from_raw(step.raw() * count).to_abi();
}

}  // namespace

std::optional<Regime> regime_of(std::string_view name) {
    if (name == "trend") return Regime::Trend;
    if (name == "mean_reversion") return Regime::MeanReversion;
    if (name == "jumps") return Regime::Jump;
    if (name == "gaps") return Regime::Gap;
    return std::nullopt;
}

Expected<std::unique_ptr<SynthSource>> SynthSource::create(const SynthOptions& options,
                                                           tradectl_instrument_handle instrument,
                                                           std::uint32_t source) {
    if (auto status = check_options(options); !status) return fail(status.error());
    return std::unique_ptr<SynthSource>(new SynthSource(options, instrument, source));
}

SynthSource::SynthSource(const SynthOptions& options,
                         tradectl_instrument_handle instrument,
                         std::uint32_t source)
    : options_(options),
      random_(options.seed),
      instrument_(instrument),
      source_(source),
      bid_fine_(static_cast<std::int64_t>(options.price.raw() / options.tick.raw()) * kFine),
      time_(options.start),
      quantity_lots_mean_(
          static_cast<std::int64_t>(options.quantity_mean.raw() / options.lot.raw())) {
    anchor_fine_ = bid_fine_;
    quote_due_ = options_.quotes == SynthOptions::Quotes::BeforeEachTrade;
    change_regime();
}

bool SynthSource::ended() const {
    return (options_.trades != 0 && trades_given_ == options_.trades) || time_ >= kTimeMax;
}

std::optional<Timestamp> SynthSource::next_time() {
    if (ended()) return std::nullopt;
    return time_;
}

Expected<std::size_t> SynthSource::read(Timestamp limit, std::size_t events_max, EventBuffer& out) {
    std::size_t given = 0;
    for (; given < events_max && !ended() && time_ <= limit; ++given) {
        if (quote_due_) {
            emit_quote(out);
            quote_due_ = false;
        } else {
            emit_trade(out);
            step();
        }
    }
    return given;
}

/// Moves to the next trade: its time, its price, its side.
void SynthSource::step() {
    ++trades_given_;
    quote_due_ = options_.quotes == SynthOptions::Quotes::BeforeEachTrade;
    const auto spread = static_cast<std::uint64_t>(2 * options_.interval_mean_ns - 1);
    time_ = time_.plus_ns(1 + static_cast<std::int64_t>(random_.below(spread)));
    if (regime_trades_left_ == 0) change_regime();
    --regime_trades_left_;

    std::int64_t move = bell(share(options_.volatility_ppm));
    std::uint64_t buys_of_100 = 50;
    if (regime_ == Regime::Trend) {
        move += drift_sign_ * share(options_.trend_ppm);
        buys_of_100 = drift_sign_ > 0 ? 60 : 40;
    } else if (regime_ == Regime::MeanReversion) {
        move += (anchor_fine_ - bid_fine_) / 32;
    } else {
        move /= 2;
    }
    move_price(move);
    aggressor_ = random_.below(100) < buys_of_100 ? TRADECTL_SIDE_BUY : TRADECTL_SIDE_SELL;
}

void SynthSource::change_regime() {
    std::uint64_t sum = 0;
    for (const std::uint32_t weight : options_.weights)
        sum += weight;
    std::uint64_t drawn = random_.below(sum);
    std::size_t chosen = 0;
    while (drawn >= options_.weights[chosen])
        drawn -= options_.weights[chosen++];
    regime_ = static_cast<Regime>(chosen);
    const std::uint64_t lengths = options_.regime_trades_max - options_.regime_trades_min + 1ULL;
    regime_trades_left_ = options_.regime_trades_min + random_.below(lengths);
    drift_sign_ = random_.below(2) == 0 ? -1 : 1;
    anchor_fine_ = bid_fine_;
    if (regime_ == Regime::Trend || regime_ == Regime::MeanReversion) return;

    // A gap opens with half a jump.
    const std::int64_t reach = share(options_.jump_ppm) / (regime_ == Regime::Gap ? 2 : 1);
    const auto size =
        static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(reach) + 1));
    move_price(drift_sign_ * size);
    if (regime_ == Regime::Gap) {
        const auto half = static_cast<std::uint64_t>(options_.gap_max_ns / 2);
        time_ = time_.plus_ns(static_cast<std::int64_t>(half + random_.below(half + 1)));
    }
}

void SynthSource::move_price(std::int64_t fine) {
    bid_fine_ = std::clamp(bid_fine_ + fine, kFine, kTicksMax * kFine);
}

/// A part of the price, in the same fine units.
std::int64_t SynthSource::share(std::uint32_t ppm) const {
    // At most 2^54 * 1e5 / 1e6: divided first, so that it stays inside 64 bits.
    constexpr std::int64_t kMillion = 1'000'000;
    const std::int64_t whole = bid_fine_ / kMillion * ppm;
    return whole + bid_fine_ % kMillion * ppm / kMillion;
}

/// Bell-shaped around 0, within three and a half deviations: the sum of four even draws.
std::int64_t SynthSource::bell(std::int64_t deviation) {
    // One even draw over 0..n has a deviation of n / sqrt(12); four of them, n / sqrt(3).
    const std::int64_t reach = deviation + deviation * 3 / 4;
    std::int64_t sum = -2 * reach;
    for (int i = 0; i < 4; ++i)
        sum += static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(reach) + 1));
    return sum;
}

std::int64_t SynthSource::lots() {
    const auto spread = static_cast<std::uint64_t>(2 * quantity_lots_mean_ - 1);
    return 1 + static_cast<std::int64_t>(random_.below(spread));
}

std::int64_t SynthSource::bid_ticks() const {
    return bid_fine_ / kFine;
}

void SynthSource::stamp(tradectl_event& header) {
    header.seq = ++sequence_;
    header.event_time = time_.ns();
    header.host_time = time_.ns();
    header.instrument = instrument_;
    header.source = source_;
}

void SynthSource::emit_quote(EventBuffer& out) {
    auto& quote = out.emplace<tradectl_quote_event>(TRADECTL_EVENT_QUOTE);
    stamp(quote.header);
    quote.bid_price = steps(options_.tick, bid_ticks());
    quote.bid_quantity = steps(options_.lot, 2 * quantity_lots_mean_ + lots());
    quote.ask_price = steps(options_.tick, bid_ticks() + options_.spread_ticks);
    quote.ask_quantity = steps(options_.lot, 2 * quantity_lots_mean_ + lots());
}

void SynthSource::emit_trade(EventBuffer& out) {
    auto& trade = out.emplace<tradectl_trade_event>(TRADECTL_EVENT_TRADE);
    stamp(trade.header);
    const bool buy = aggressor_ == TRADECTL_SIDE_BUY;
    trade.price = steps(options_.tick, bid_ticks() + (buy ? options_.spread_ticks : 0));
    trade.quantity = steps(options_.lot, lots());
    trade.trade_id = trades_given_ + 1;
    trade.aggressor = aggressor_;
}

}  // namespace tradectl::market
